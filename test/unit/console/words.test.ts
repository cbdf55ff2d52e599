import { describe, expect, test } from "vitest";
import { ApiError, sentence } from "../../../console/api/error.ts";
import { base64, numberIn, textBytes } from "../../../console/api/json.ts";
import {
  levelOf,
  organizationOf,
  pageOf,
  principalLabel,
  scopeLabel,
  scopeOf,
} from "../../../console/api/names.ts";
import { relative } from "../../../console/parts/relative-time.ts";
import { creationOf, draftOf, isChange, NEW_DRAFT, updateOf } from "../../../console/secrets/form/draft.ts";
import { fieldErrors } from "../../../console/secrets/form/field-errors.ts";

const SECRET = "organizations/acme/projects/web/secrets/API_KEY";

describe("the console's words for names", () => {
  test("tell a secret's scope, level, organization and page", () => {
    expect([scopeOf(SECRET), levelOf(scopeOf(SECRET)), organizationOf(SECRET), pageOf(SECRET)]).toEqual([
      "organizations/acme/projects/web",
      "project",
      "organizations/acme",
      `/${SECRET}`,
    ]);
    expect(scopeLabel("organizations/acme")).toBe("organization");
    expect(scopeLabel("organizations/acme/users/alice")).toBe("user alice");
  });

  test("say who it was, whatever kind of principal", () => {
    const acme = "organizations/acme";
    expect(
      ["users/owner", `${acme}/users/alice`, `${acme}/serviceAccounts/ci`, `${acme}/nodes/build-1`, ""].map(
        principalLabel,
      ),
    ).toEqual(["server owner", "alice", "service account ci", "node build-1", "—"]);
  });

  test("are never given another first letter", () => {
    expect(
      ["acme/workspaces/nope does not exist", "secret_id is missing", "ws-1 is away", "ghcr.io failed"].map(
        sentence,
      ),
    ).toEqual([
      "acme/workspaces/nope does not exist.",
      "secret_id is missing.",
      "ws-1 is away.",
      "ghcr.io failed.",
    ]);
  });

  test("make a sentence of what the server says", () => {
    expect([sentence("use letters"), sentence("Done."), sentence(""), sentence(" why? ")]).toEqual([
      "Use letters.",
      "Done.",
      "",
      "Why?",
    ]);
  });
});

describe("a time", () => {
  const now = Date.parse("2026-11-28T12:00:00Z");
  test("ahead is rounded and counted, and one behind is in ordinary words", () => {
    expect(relative(now + 11.9 * 3_600_000, now)).toBe("in 12 hours");
    expect(relative(now + 29.9 * 86_400_000, now)).toBe("in 30 days");
    expect(relative(now + 31 * 86_400_000, now)).toBe("in 1 month");
    expect(relative(now - 86_400_000, now)).toBe("yesterday");
    expect(relative(now - 3_000, now)).toBe("just now");
  });
});

describe("the console's proto JSON", () => {
  test("takes bytes of any size and kind", () => {
    const bytes = Uint8Array.from({ length: 100_001 }, (_, index) => index % 256);
    expect(Buffer.from(base64(bytes), "base64").equals(Buffer.from(bytes))).toBe(true);
    expect(Buffer.from(base64(textBytes("ä\n€")), "base64").toString()).toBe("ä\n€");
  });

  test("reads numbers whichever way they come", () => {
    expect([numberIn("12"), numberIn(3), numberIn(undefined)]).toEqual([12, 3, 0]);
  });
});

describe("a form", () => {
  const stored = {
    name: SECRET,
    kind: "SECRET_KIND_FILE",
    path: "/etc/tls.crt",
    mode: 0o400,
    etag: "e1",
  } as const;

  test("sends what belongs to the kind, and octal digits as the number that they are", () => {
    const draft = { ...NEW_DRAFT, id: "tls.crt", kind: "file", mode: "0440", ownerUid: "1000" } as const;
    const { secret } = creationOf("organizations/acme", {
      ...draft,
      value: { text: "x" },
      registry: "left.over",
    });
    expect(secret).toMatchObject({ kind: "SECRET_KIND_FILE", mode: 0o440, ownerUid: 1000, value: "eA==" });
    expect(secret).not.toHaveProperty("registry");
  });

  test("leaves it to the server to say what is wrong with a mode", () => {
    const draft = { ...NEW_DRAFT, kind: "file", mode: "rw-r" } as const;
    expect(creationOf("organizations/acme", draft).secret).toMatchObject({ mode: "rw-r" });
  });

  test("changes only what differs from what is stored, and the value only if one is given", () => {
    const draft = draftOf(stored);
    expect(isChange(stored, draft)).toBe(false);
    expect(updateOf(stored, { ...draft, mode: "0444" })).toMatchObject({
      updateMask: "mode",
      secret: { etag: "e1", mode: 0o444 },
    });
    expect(updateOf(stored, { ...draft, mode: "0444" }).secret).not.toHaveProperty("value");
    expect(updateOf(stored, { ...draft, value: { text: "new" } }).updateMask).toBe("value");
    expect(updateOf(stored, { ...draft, storeEmpty: true })).toMatchObject({
      updateMask: "value",
      secret: { value: "" },
    });
    // Empty and in the mask: back to its default.
    expect(updateOf(stored, { ...draft, path: "" })).toMatchObject({
      updateMask: "path",
      secret: { path: "" },
    });
  });

  test("shows a refusal at its field once that was typed in, and everything else below", () => {
    const details = { field: "secret.path", next: "begin with /" };
    const wrong = new ApiError({ code: "invalid", message: "the path is relative", details });
    expect(fieldErrors(wrong, new Set(["path"])).at("path")).toBe("The path is relative. Begin with /.");
    expect(fieldErrors(wrong, new Set()).at("path")).toBeUndefined();
    expect(fieldErrors(wrong, new Set(["path"])).elsewhere).toBeUndefined();
    const conflict = new ApiError({ code: "conflict", message: "somebody was faster" });
    expect(fieldErrors(conflict, new Set(["path"])).elsewhere).toBe(conflict);
    const taken = new ApiError({ code: "exists", message: "API_KEY exists" });
    expect(fieldErrors(taken, new Set(["id"])).at("id")).toBe("API_KEY exists.");
  });
});
