import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkAddress } from "../../../cli/api/session.ts";
import { changeOf } from "../../../cli/commands/secret/secret-change.ts";
import { parseDuration } from "../../../cli/input/duration.ts";
import {
  parseName,
  parseOnly,
  parseOrganization,
  parsePrincipal,
  parseSecret,
  parseTokenName,
} from "../../../cli/input/names.ts";
import { formatMode, parseCount, parseMode } from "../../../cli/input/numbers.ts";
import { takeKeys } from "../../../cli/input/prompt.ts";
import { KeyholdError } from "../../../common/errors.ts";

const invalid = expect.objectContaining({ code: "invalid" });

describe("lengths of time", () => {
  it.each([
    ["90s", 90],
    ["10m", 600],
    ["1h30m", 5400],
    ["30d", 2_592_000],
    ["2w", 1_209_600],
  ])("reads %s", (text, seconds) => {
    expect(parseDuration(text, "--ttl")).toBe(seconds);
  });

  it.each(["", "10", "0s", "m", "-5m", "1.5h", "10 m", "10min", "99999999999999999999d"])(
    "refuses %j",
    (text) => {
      expect(() => parseDuration(text, "--ttl")).toThrow(/--ttl/);
    },
  );
});

describe("names", () => {
  it.each(["acme/web", "acme/projects/web", "organizations/acme/projects/web"])(
    "reads %s as the project",
    (text) => {
      expect(parseName(text, "projects", "acme/web").name).toBe("organizations/acme/projects/web");
    },
  );

  it("reads service-accounts as it is spelled on the command line", () => {
    expect(parseName("acme/service-accounts/ci", "serviceAccounts", "acme/ci").name).toBe(
      "organizations/acme/serviceAccounts/ci",
    );
  });

  it.each(["web", "acme/users/web", "acme/", "/web", "acme/Web", "acme/projects/web/x", "acme/web ", ""])(
    "refuses %j as a project",
    (text) => {
      expect(() => parseName(text, "projects", "acme/web")).toThrow(invalid);
    },
  );

  it("reads organizations in both forms and nothing below them", () => {
    expect(parseOrganization("acme").name).toBe("organizations/acme");
    expect(parseOrganization("organizations/acme").name).toBe("organizations/acme");
    expect(() => parseOrganization("acme/web")).toThrow(invalid);
  });

  it.each([
    ["alice", "acme", "organizations/acme/users/alice"],
    ["user:alice", "acme", "organizations/acme/users/alice"],
    ["service-account:ci", "acme", "organizations/acme/serviceAccounts/ci"],
    ["acme/alice", undefined, "organizations/acme/users/alice"],
    ["acme/users/alice", undefined, "organizations/acme/users/alice"],
    ["acme/service-accounts/ci", undefined, "organizations/acme/serviceAccounts/ci"],
    ["organizations/acme/serviceAccounts/ci", "other", "organizations/acme/serviceAccounts/ci"],
  ])("reads the principal %s in %s", (text, organization, name) => {
    expect(parsePrincipal(text, organization)).toBe(name);
  });

  it("refuses a principal without an organization where nothing else names one", () => {
    expect(() => parsePrincipal("alice")).toThrow(invalid);
    expect(() => parsePrincipal("service-account:ci")).toThrow(invalid);
  });

  it("reads names of tokens, and does not repeat a token that was given in place of its name", () => {
    expect(parseTokenName("acme/tokens/AbC_1")).toBe("organizations/acme/tokens/AbC_1");
    expect(parseTokenName("tokens/x1")).toBe("tokens/x1");
    const given = "kh_0123456789abcdef";
    const thrown = catching(() => parseTokenName(given));
    expect(thrown.describe()).not.toContain(given);
  });

  it("takes a secret as scope and name or as its whole name", () => {
    const name = "organizations/acme/projects/web/secrets/A";
    expect(parseSecret("acme/projects/web", "A").name).toBe(name);
    expect(parseSecret(name, undefined).name).toBe(name);
    expect(parseSecret("acme/projects/web/secrets/A", undefined).name).toBe(name);
    expect(() => parseSecret("acme/projects/web", undefined)).toThrow(/name is missing/);
  });
});

describe("--only", () => {
  it("reads projects and workspaces, short and whole", () => {
    expect(parseOnly("project:web, workspace:ws-1,acme/projects/api", "acme")).toEqual([
      "organizations/acme/projects/web",
      "organizations/acme/workspaces/ws-1",
      "organizations/acme/projects/api",
    ]);
  });

  it.each(["", "web", "user:alice", "project:", "project:web,,", "other/projects/web", "acme/users/alice"])(
    "refuses %j",
    (text) => {
      expect(() => parseOnly(text, "acme")).toThrow(invalid);
    },
  );
});

describe("file modes", () => {
  it("are octal, however they are written", () => {
    expect(["400", "0400", "0o400"].map((text) => parseMode(text, "--mode"))).toEqual([0o400, 0o400, 0o400]);
  });

  it.each(["", "888", "01777", "1000", "rw", "-400", "4000"])("refuses %j", (text) => {
    expect(() => parseMode(text, "--mode")).toThrow(invalid);
  });

  it("are read as they are shown", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0o777 }), (mode) => {
        expect(parseMode(formatMode(mode), "--mode")).toBe(mode);
      }),
    );
  });
});

describe("numbers and addresses", () => {
  it("are whole and in range", () => {
    expect(parseCount("3", "--to", { from: 1, to: 9 })).toBe(3);
    for (const text of ["0", "10", "1e1", "-1", "", "0x3", " 3"])
      expect(() => parseCount(text, "--to", { from: 1, to: 9 })).toThrow(invalid);
  });

  it("name a host and a port", () => {
    for (const text of ["127.0.0.1:7443", "keyhold.example.com:443", "[::1]:7443"])
      expect(checkAddress(text, "--server")).toBe(text);
    for (const text of ["", "host", "host:0", "host:65536", "https://host:1", "::1:7443", "dns:///host:1"])
      expect(() => checkAddress(text, "--server")).toThrow(invalid);
  });
});

describe("what secret set is asked for", () => {
  const organization = parseSecret("acme", "A");

  it("names only the fields that were given in the mask", () => {
    const change = changeOf(organization, { mode: "0440", comment: "why", only: "project:web" });
    expect(change.mask).toEqual(["mode", "only", "comment"]);
    expect(change.fields).toEqual({
      name: "organizations/acme/secrets/A",
      mode: 0o440,
      only: ["organizations/acme/projects/web"],
      comment: "why",
    });
  });

  it("takes the limit away with --only all", () => {
    const change = changeOf(organization, { only: "all" });
    expect([change.fields.only, change.mask]).toEqual([[], ["only"]]);
  });

  it("guesses the kind of a new secret from flags of one kind, else env", () => {
    expect(changeOf(organization, {}).kindIfNew).toBe("SECRET_KIND_ENV");
    expect(changeOf(organization, { path: "/etc/key" }).kindIfNew).toBe("SECRET_KIND_FILE");
    expect(changeOf(organization, { registry: "r.example.com", username: "ci" }).kindIfNew).toBe(
      "SECRET_KIND_REGISTRY",
    );
    expect(changeOf(organization, { kind: "opaque" }).kind).toBe("SECRET_KIND_OPAQUE");
  });

  it("refuses flags of another kind, naming the flag and both kinds", () => {
    expect(() => changeOf(organization, { kind: "env", path: "/x" })).toThrow(
      /--path is for .* file.* kind env/,
    );
    expect(() => changeOf(organization, { mode: "0400", username: "ci" })).toThrow(
      /--username .* registry.* file/,
    );
  });

  it("refuses --only below an organization", () => {
    expect(() => changeOf(parseSecret("acme/projects/web", "A"), { only: "project:web" })).toThrow(/--only/);
  });
});

describe("the prompt", () => {
  const typed = (...chunks: string[]) => {
    const line: number[] = [];
    const outcomes = chunks.map((chunk) => takeKeys(line, Buffer.from(chunk)));
    return { text: Buffer.from(line).toString(), outcome: outcomes.at(-1) };
  };

  it("takes what is typed up to Enter", () => {
    expect(typed("s", "3", "\r")).toEqual({ text: "s3", outcome: "done" });
    expect(typed("pasted\r\n")).toEqual({ text: "pasted", outcome: "done" });
  });

  it("erases whole characters, and the line at Ctrl-U", () => {
    expect(typed("aé€", "\x7f", "\x7f", "b\r").text).toBe("ab");
    expect(typed("wrong\x15right\r").text).toBe("right");
    expect(typed("\x7fa\r").text).toBe("a");
  });

  it("ignores arrow keys", () => {
    expect(typed("a", "\x1b[D", "b\r").text).toBe("ab");
  });

  it("is cancelled by Ctrl-C, and by Ctrl-D where nothing is typed", () => {
    expect(typed("abc\x03").outcome).toMatchObject({ code: "cancelled" });
    expect(typed("\x04").outcome).toMatchObject({ code: "cancelled" });
  });

  it("refuses several lines at once instead of keeping the first", () => {
    expect(typed("one\rtwo\r").outcome).toMatchObject({ code: "invalid" });
  });
});

function catching(task: () => unknown): KeyholdError {
  try {
    task();
  } catch (thrown) {
    if (thrown instanceof KeyholdError) return thrown;
  }
  throw new Error("nothing was thrown");
}
