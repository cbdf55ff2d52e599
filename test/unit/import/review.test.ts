import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeyholdError } from "../../../common/errors.ts";
import { parseDotenv } from "../../../controlplane/import/dotenv.ts";
import {
  type ExistingSecret,
  entriesOf,
  lastOfEachName,
  type ReviewedEntry,
  reviewImport,
} from "../../../controlplane/import/review.ts";
import { envRules } from "../../../controlplane/import/rules.ts";

type Existing = Readonly<Record<string, ExistingSecret>>;

const fileOf = (text: string) => [{ file: "", parsed: parseDotenv(Buffer.from(text)) }];

function review(
  text: string,
  existing: Existing = {},
  overwrite = false,
  rules = envRules,
): { readonly entries: readonly ReviewedEntry[] } {
  const found = new Map(Object.entries(existing));
  return { entries: reviewImport(fileOf(text), found, { overwrite, skipInvalid: false }, rules) };
}

function refusalOf(text: string, existing: Existing = {}, rules = envRules): KeyholdError {
  try {
    review(text, existing, false, rules);
  } catch (error) {
    if (error instanceof KeyholdError) return error;
    throw error;
  }
  throw new Error("the file was accepted");
}

const same: ExistingSecret = { kind: "env", sameValue: true };
const other: ExistingSecret = { kind: "env", sameValue: false };

describe("what an import would do with a name", () => {
  it.each([
    ["is new", undefined, false, "CREATED"],
    ["is new", undefined, true, "CREATED"],
    ["exists with the same value", same, false, "UNCHANGED"],
    ["exists with the same value", same, true, "UNCHANGED"],
    ["exists with another value", other, false, "SKIPPED"],
    ["exists with another value", other, true, "REPLACED"],
  ])("that %s (%o), overwrite %s: %s", (_what, existing, overwrite, outcome) => {
    const { entries } = review(
      "STRIPE_KEY=x",
      existing === undefined ? {} : { STRIPE_KEY: existing },
      overwrite,
    );
    expect(entries).toMatchObject([{ name: "STRIPE_KEY", line: 1, outcome }]);
    expect(entries[0]?.value?.text()).toBe("x");
    expect(entries[0]?.warnings.length).toBe(outcome === "SKIPPED" ? 1 : 0);
  });

  it("says how to replace what it skips", () => {
    expect(review("STRIPE_KEY=x", { STRIPE_KEY: other }).entries[0]?.warnings).toEqual([
      "It exists with another value; import with --overwrite to replace it.",
    ]);
  });

  it("warns of a name that says nothing, and of a variable that is not expanded", () => {
    const [entry] = review("password=a$".concat("{B}")).entries;
    expect(entry?.outcome).toBe("CREATED");
    expect(entry?.warnings).toEqual([
      expect.stringContaining("no variable is expanded"),
      expect.stringContaining("does not say what the secret is for"),
    ]);
  });

  it("keeps the order of the file and shows no value", () => {
    const reviewed = review("B_URL=canary\nA_URL=canary\nC_URL=canary", { A_URL: other }, true);
    expect(reviewed.entries.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      "B_URL CREATED",
      "A_URL REPLACED",
      "C_URL CREATED",
    ]);
    expect(JSON.stringify(reviewed)).not.toContain("canary");
  });
});

describe("a name given more than once in a file", () => {
  it("counts as its last line says, and each of the lines names the others", () => {
    const { entries } = review("A_URL=1\nB_URL=x\nA_URL=2\nA_URL=1\n");
    expect(entries.map(({ line, outcome }) => [line, outcome])).toEqual([
      [1, "SKIPPED"],
      [2, "CREATED"],
      [3, "SKIPPED"],
      [4, "CREATED"],
    ]);
    expect(entries.map(({ warnings }) => warnings)).toEqual([
      ["Line 4 gives A_URL again, with the same value; the last one counts."],
      [],
      ["Line 4 gives A_URL again, with another value; the last one counts."],
      ["Also given on line 1, 3; this one counts."],
    ]);
    expect(entries[3]?.value?.text()).toBe("1");
  });

  it("is compared with what exists by that last line", () => {
    const entries = entriesOf(fileOf("A_URL=1\nA_URL=2"));
    expect([...lastOfEachName(entries).values()].map(({ line }) => line)).toEqual([2]);
    expect(review("A_URL=1\nA_URL=2", { A_URL: same }, true).entries.map(({ outcome }) => outcome)).toEqual([
      "SKIPPED",
      "UNCHANGED",
    ]);
  });

  it("does not make the review grow with the square of the file", () => {
    const { entries } = review("A_URL=1\n".repeat(1000));
    expect(entries.at(-1)?.warnings).toEqual([
      "Also given on line 995, 996, 997, 998, 999 and 994 more; this one counts.",
    ]);
  });
});

describe("a file that is refused", () => {
  it("is refused as a whole, with every problem by its line, those of syntax and those of rules", () => {
    const big = "x".repeat(128 * 1024);
    const text = `GOOD_URL=1\nPATH=/bin\nno equals\nLD_PRELOAD=x\nTLS_KEY=x\nBIG_ONE=${big}\n${"N".repeat(128)}=1\n`;
    const error = refusalOf(text, { TLS_KEY: { kind: "file", sameValue: false } });
    expect(error).toMatchObject({ code: "invalid", retryable: false });
    expect(error.message.split("\n")).toEqual([
      "nothing was imported, because of these lines:",
      expect.stringMatching(/^line 2: the variable PATH is reserved/),
      expect.stringMatching(/^line 3: no "="/),
      expect.stringMatching(/^line 4: the variable LD_PRELOAD is reserved/),
      expect.stringMatching(/^line 5: TLS_KEY exists as a secret of kind file/),
      expect.stringMatching(
        /^line 6: the value of BIG_ONE has 131072 bytes, the limit for kind env is 131063/,
      ),
      expect.stringMatching(/^line 7: the name has 128 characters, the limit is 127/),
    ]);
    expect(error.message).not.toContain("xxx");
  });

  it("lists the first 20 problems and counts the others", () => {
    const lines = refusalOf("x\n".repeat(21)).message.split("\n");
    expect(lines).toHaveLength(22);
    expect(lines.at(-2)).toMatch(/^line 20: /);
    expect(lines.at(-1)).toBe("and 1 more problem");
    expect(refusalOf("x\n".repeat(20)).message).not.toContain("more");
  });

  it.each(["file", "registry", "opaque"] as const)(
    "is one that names a secret of kind %s, overwrite or not",
    (kind) => {
      for (const overwrite of [true, false]) {
        expect(() => review("TLS_KEY=x", { TLS_KEY: { kind, sameValue: true } }, overwrite)).toThrow(
          `TLS_KEY exists as a secret of kind ${kind}`,
        );
      }
    },
  );

  it("is one without any name: most likely it is the wrong file", () => {
    expect(refusalOf("# nothing\n").message).toContain("the file gives no NAME=VALUE");
  });

  it("fits in 8 KiB of gRPC trailers, percent-encoded and twice in base64, however much there is to say", () => {
    const talkative = { ...envRules, checkName: () => "some word ".repeat(100) };
    const text = Array.from({ length: 5000 }, (_, at) => `A${at}=1`).join("\n");
    for (const error of [refusalOf(text, {}, talkative), refusalOf('A="x" y\n'.repeat(5000))]) {
      const text = error.describe();
      expect(encodeURI(text).length + (2 * text.length * 4) / 3).toBeLessThan(8000);
      expect(error.message).toMatch(/and \d+ more problems$/);
    }
    expect(refusalOf('A="x" y\n'.repeat(5000)).message).toContain("line 20: ");
  });
});

describe("any file and any existing secrets", () => {
  const line = fc.tuple(fc.constantFrom("A_URL", "B_URL", "C_URL", "D_URL"), fc.constantFrom("1", "2", "3"));
  const store = fc.dictionary(fc.constantFrom("A_URL", "B_URL", "C_URL"), fc.constantFrom("1", "2", "3"));

  it("end, once the review is carried out, as the last line of each name says, or untouched without overwrite", () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), store, fc.boolean(), (lines, stored, overwrite) => {
        const files = fileOf(lines.map(([name, value]) => `${name}=${value}`).join("\n"));
        const existing = new Map<string, ExistingSecret>();
        for (const [name, entry] of lastOfEachName(entriesOf(files))) {
          const value = stored[name];
          if (value !== undefined)
            existing.set(name, { kind: "env", sameValue: value === entry.value.text() });
        }
        const after: Record<string, string> = { ...stored };
        const options = { overwrite, skipInvalid: false };
        for (const { name, value, outcome } of reviewImport(files, existing, options, envRules)) {
          if (value === undefined) throw new Error(`${name} has no value`);
          if (outcome === "CREATED") expect(after[name]).toBeUndefined();
          if (outcome === "REPLACED") expect(after[name]).not.toBe(value.text());
          if (outcome === "UNCHANGED") expect(after[name]).toBe(value.text());
          if (outcome === "CREATED" || outcome === "REPLACED") after[name] = value.text();
        }
        const file = Object.fromEntries(lines);
        expect(after).toEqual(overwrite ? { ...stored, ...file } : { ...file, ...stored });
      }),
    );
  });
});
