import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { KeyholdError } from "../../../common/errors.ts";
import { formatJoinToken, parseJoinToken } from "../../../common/join-token.ts";
import {
  checkToken,
  newInvitation,
  newToken,
  parseInvitation,
  parseToken,
} from "../../../controlplane/identity/token.ts";

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof KeyholdError) return `${thrown.code}: ${thrown.message}`;
    throw thrown;
  }
  return "nothing was thrown";
}

function withTypo(token: string, at: number): string {
  return token.slice(0, at) + (token[at] === "a" ? "b" : "a") + token.slice(at + 1);
}

describe("an API token", () => {
  it("is kh_ with 43 random characters and 6 of checksum", () => {
    expect(newToken().secret).toMatch(/^kh_[A-Za-z0-9_-]{49}$/);
  });

  it("is found again by its hash", () => {
    const token = newToken();
    expect(parseToken(token.secret)).toEqual(token.hash);
    expect(token.secret.startsWith(token.prefix)).toBe(true);
  });

  it("with a typo anywhere is told from an unknown one, without being repeated", () => {
    const { secret } = newToken();
    for (const at of [3, 20, 46, 51]) {
      const wrong = withTypo(secret, at);
      const message = messageOf(() => parseToken(wrong));
      expect(message).toBe("unauthenticated: the token has a typo");
    }
    expect(messageOf(() => checkToken(undefined, 1))).toContain("unknown");
  });

  it("that is something else entirely is refused without being repeated", () => {
    const message = messageOf(() => parseToken("hunter2"));
    expect(message).toContain("unauthenticated");
    expect(message).not.toContain("hunter2");
  });

  it("stops working when it expires, at the very moment, and when it is revoked", () => {
    const now = 1_000_000;
    const live = { expireTime: 1_000_001, revokeTime: undefined };
    expect(checkToken(live, now)).toBe(live);
    expect(messageOf(() => checkToken({ ...live, expireTime: now }, now))).toContain("expired");
    expect(messageOf(() => checkToken({ ...live, revokeTime: now }, now))).toContain("revoked");
  });
});

describe("an invitation", () => {
  it("has a shape of its own, and is told from a token, a typo and anything else", () => {
    const { secret, hash } = newInvitation();
    expect(secret).toMatch(/^khi_[A-Za-z0-9_-]{49}$/);
    expect(parseInvitation(secret)).toBe(hash);
    expect(messageOf(() => parseToken(secret))).toContain("an invitation, not a token");
    expect(messageOf(() => parseInvitation(newToken().secret))).toContain("a token, not an invitation");
    expect(messageOf(() => parseInvitation(withTypo(secret, 20)))).toContain("typo");
    expect(messageOf(() => parseInvitation(secret.slice(0, -1)))).toContain("cut off");
  });
});

describe("a join token", () => {
  it("carries its random part and the CA's hash", () => {
    const token = { random: randomBytes(32), caHash: randomBytes(32) };
    const text = formatJoinToken(token);
    expect(text).toMatch(/^khj_[A-Za-z0-9_-]{92}$/);
    expect(parseJoinToken(` ${text}\n`)).toEqual(token);
  });

  it("with a typo or cut off says so and is not repeated", () => {
    const text = formatJoinToken({ random: randomBytes(32), caHash: randomBytes(32) });
    for (const wrong of [withTypo(text, 10), withTypo(text, 95), text.slice(0, -1), "khj_", ""]) {
      expect(messageOf(() => parseJoinToken(wrong))).toBe("invalid: the join token is mistyped or cut off");
    }
  });
});
