import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDotenv } from "../../../controlplane/import/dotenv.ts";
import { MAX_IMPORT_BYTES } from "../../../controlplane/import/import-file.ts";

function parse(text: string) {
  return parseDotenv(Buffer.from(text));
}

/** As it stands in a file, where it means a variable to some tools. */
const B = "$" + "{B}";

/** `[name, value, line]` of each entry, of a file without problems. */
function read(text: string): [string, string, number][] {
  const { entries, problems } = parse(text);
  expect(problems).toEqual([]);
  return entries.map(({ name, value, line }) => [name, value.text(), line]);
}

function millisecondsFor(text: string): number {
  const started = performance.now();
  parse(text);
  return performance.now() - started;
}

function firstValue(text: string): string | undefined {
  return read(text)[0]?.[1];
}

describe("a value in a .env file", () => {
  it.each([
    ["A=x", "x"],
    ["A=", ""],
    ["A", undefined],
    ["A=''", ""],
    ['A=""', ""],
    ["A=   ", ""],
    ["A = x ", "x"],
    ["\tA\t=\tx\t", "x"],
    ["export A=x", "x"],
    ["  export\t A=x", "x"],
    ["A=x y  z", "x y  z"],
    ["A=a=b==", "a=b=="],
    ["A=x#y", "x#y"],
    ["A=#x", "#x"],
    ["A=x # y", "x"],
    ["A=x\t#y # z", "x"],
    ["A= # nothing", ""],
    ["A=x#y # z", "x#y"],
    ["A=\\n\\t\\", "\\n\\t\\"],
    ['A={"k": "v"}', '{"k": "v"}'],
    ["A=it's", "it's"],
    ["A=\u00a0x\u00a0", "\u00a0x\u00a0"],
    ["A='x'", "x"],
    ["A=' x # y '", " x # y "],
    ["A='\\n\\\\\"$B'", '\\n\\\\"$B'],
    ["A='x\\'", "x\\"],
    ['A="x" # y', "x"],
    ['A="x"\t', "x"],
    ["A=\" x # 'y' \"", " x # 'y' "],
    ['A="\\n\\r\\t\\"\\\\\\$"', '\n\r\t"\\$'],
    ['A="\\\\n"', "\\n"],
    ['A="\\d+\\a\\\'"', "\\d+\\a\\'"],
    ['A="x\\\\"', "x\\"],
    [`A=$B-${B}`, `$B-${B}`],
    [`A="$B-${B}"`, `$B-${B}`],
    ["A=`x", undefined],
    ['A="x\ny"', "x\ny"],
    ["A='x\n\n# y\nB=z'", "x\n\n# y\nB=z"],
    ["A='x\ry'", "x\ry"],
    ["A='x\r\ny'\r\n", "x\ny"],
    ["A=x\r\n", "x"],
    ["\ufeffA=x", "x"],
    ["A=käse 🧀", "käse 🧀"],
  ])("%j is read as %j", (text, expected) => {
    if (expected === undefined) expect(parse(text)).toMatchObject({ entries: [], problems: [{ line: 1 }] });
    else expect(firstValue(text)).toBe(expected);
  });

  it("keeps a PEM key pasted inside quotes, line by line, from LF and CRLF files", () => {
    const pem = "-----BEGIN PRIVATE KEY-----\nMIIEvQ+/==\nabcd==\n-----END PRIVATE KEY-----\n";
    const file = `# keys\nTLS_KEY="${pem}"\nNEXT=1\n`;
    const expected = [
      ["TLS_KEY", pem, 2],
      ["NEXT", "1", 7],
    ];
    expect(read(file)).toEqual(expected);
    expect(read(file.replaceAll("\n", "\r\n"))).toEqual(expected);
  });
});

describe("a .env file", () => {
  it("may be empty, or hold comments and blank lines only", () => {
    for (const text of ["", "\n\r\n", "# A=1\n  # B=2\n \t \n#"]) expect(read(text)).toEqual([]);
  });

  it("keeps names given twice, in order, each with its line", () => {
    expect(read("A=1\n\n# c\nB='\n'\nA=2")).toEqual([
      ["A", "1", 1],
      ["B", "\n", 4],
      ["A", "2", 6],
    ]);
  });

  it.each(["export", "exported", "_", "A1", "a_B"])("may use the name %s", (name) => {
    expect(read(`${name}=x\n${name} =x`).map((entry) => entry[0])).toEqual([name, name]);
  });

  it("warns where other tools would have expanded a variable, and only there", () => {
    const { entries } = parse(`A=a${B}\nC="x${B}"\nE='${B}'\nG="\\${B}"\nI=$J\nK=a$\{1}`);
    const warned = entries.filter((entry) => entry.warnings.length > 0).map((entry) => entry.name);
    expect(warned).toEqual(["A", "C"]);
  });

  it("shows no value when it is printed", () => {
    expect(JSON.stringify(parse("A=canary"))).not.toContain("canary");
  });
});

describe("a problem in a .env file", () => {
  it.each([
    ["x", 1, /no "="/],
    ["A=1\n\nexport B\n", 3, /export of a name/],
    ["=x", 1, /no name/],
    ["export  =x\n", 1, undefined],
    ["1A=x", 1, /digit/],
    ["A=1\nB-C=x", 2, /the character -/],
    ["A B=x", 1, /a space/],
    ["A: x=y", 1, /NAME: VALUE is YAML/],
    ["Ä=x", 1, /U\+00C4/],
    ["🧀=x", 1, /U\+1F9C0/],
    ["A\ufeff=x", 1, /U\+FEFF/],
    ["A=1\nB='x", 2, /opening ' is never closed/],
    ['A="x\\"\nB=1\n', 1, /opening " is never closed/],
    ['A="x" y', 1, /after the closing "/],
    ['A="x"#y', 1, /after the closing "/],
    ["A='it's'", 1, /after the closing '/],
    ['A=1\nB="x\nC="y"\nD=1', 2, /after the closing "/],
    ['A="x\nCOLOR="#ff0000"', 1, /after the closing "/],
    ["A=`x`", 1, /begins with `/],
    ["A=x\rB=y", 1, /carriage return/],
    ["# x\rB=y", 1, /carriage return/],
    ['A="x" # y\rB=z', 1, /after the closing/],
    ["A=1\nB=x\0y\n", 2, /NUL/],
    ["A=1\nB='x\n\0\n'\n", 3, /NUL/],
  ])("%j: line %i, %s", (text, line, message) => {
    if (message === undefined) return expect(read(text)).toEqual([["export", "x", line]]);
    expect(parse(text).problems).toEqual([{ line, message: expect.stringMatching(message) }]);
  });

  it("is told for every line at fault, and the sound lines are read all the same", () => {
    const { entries, problems } = parse("A=1\nB\nC=2\n1D='x\ny'\nE=3\nF='x' y\nG=4\nH=\"");
    expect(problems.map((problem) => problem.line)).toEqual([2, 4, 7, 9]);
    expect(entries.map((entry) => entry.name)).toEqual(["A", "C", "E", "G"]);
  });

  it("names both what is wrong with the name and what is wrong with the value", () => {
    expect(parse("A.B='x' y").problems.map((problem) => problem.line)).toEqual([1, 1]);
  });

  it("names every line that is not UTF-8, and reads none of them", () => {
    const bytes = Buffer.concat([
      Buffer.from("A=1\nB=k"),
      Buffer.from([0xe4]),
      Buffer.from("se\nC='x\n"),
      Buffer.from([0xc3]),
      Buffer.from("\n'\nD=2"),
    ]);
    const { entries, problems } = parseDotenv(bytes);
    expect(problems.map((problem) => problem.line)).toEqual([2, 4]);
    expect(entries.map((entry) => entry.name)).toEqual(["A", "D"]);
  });

  it.each(["utf16le", "utf-16be"])("says that a %s file has to be saved as UTF-8", (encoding) => {
    const bytes = Buffer.from("\ufeffA=1\n", "utf16le");
    if (encoding === "utf-16be") bytes.swap16();
    expect(parseDotenv(bytes)).toEqual({
      entries: [],
      problems: [{ line: 1, message: expect.stringContaining("UTF-16") }],
    });
  });

  it("names limit and size of a file that is too large", () => {
    expect(parse(`A=${"x".repeat(MAX_IMPORT_BYTES - 2)}`).problems).toEqual([]);
    const { entries, problems } = parse(`A=${"x".repeat(MAX_IMPORT_BYTES - 1)}`);
    expect(entries).toEqual([]);
    expect(problems[0]?.message).toMatch(/1048577 bytes, the limit is 1048576/);
  });

  it("never repeats what may be a value pasted without quotes", () => {
    const text = "KEY=-----BEGIN\ncanary/canary==\ncanary+canary\nB='canary' canary\n\"canary\nC=\"canary";
    const { problems } = parse(text);
    expect(problems).toHaveLength(5);
    expect(JSON.stringify(problems)).not.toContain("canary");
  });

  it.each([
    ["blanks", `A=x${" ".repeat(500_000)}y${" ".repeat(500_000)}#`],
    ["line feeds in quotes", `A='${"\n".repeat(1_000_000)}'`],
    ["opening quotes", '"\n='.repeat(300_000)],
    ["backslashes", `A="${"\\".repeat(1_000_000)}"`],
    ["entries", "A=\n".repeat(300_000)],
    ["quotes on one line", `A=${"''".repeat(500_000)}`],
  ])("is found in linear time in a mebibyte of %s", (_what, text) => {
    // A parse whose time grew with the square of a mebibyte would take minutes. Where this one is slow, the machine is busy, and the
    // growth tells: four times the text takes about 4 times as long if it is linear, about 16 times if it is not.
    if (millisecondsFor(text) < 1000) return;
    const quarter = text.slice(0, text.length / 4);
    const growth = Math.min(...[1, 2, 3].map(() => millisecondsFor(text) / millisecondsFor(quarter)));
    expect(growth).toBeLessThan(10);
  });
});

// Three writers that know no more than the table in parseDotenv; each takes only the values that it can write.
const writers: ((value: string) => string | undefined)[] = [
  (value) => (/^[^\s'"`#][^\s#]*$/.test(value) ? value : undefined),
  (value) => (/['\r]/.test(value) ? undefined : `'${value}'`),
  (value) => `"${value.replace(/["\\$]/g, "\\$&").replaceAll("\r", "\\r")}"`,
  (value) => `"${value.replace(/["\\]/g, "\\$&").replaceAll("\r", "\\r").replaceAll("\n", "\\n")}"`,
];

const names = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,20}$/);
const texts = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({
    unit: fc.constantFrom("a", " ", "\t", "\n", "\r", "\r\n", "'", '"', "\\", "$", "#", "=", "`", "n", "é"),
  }),
);
const values = texts.filter((text) => text.isWellFormed() && !text.includes("\0"));
const layout = fc.record({
  crlf: fc.boolean(),
  bom: fc.boolean(),
  last: fc.boolean(),
  before: fc.constantFrom("", "\n", "# note 'x\n", " \t\n#\n"),
  prefix: fc.constantFrom("", "export ", "  "),
  equals: fc.constantFrom("=", " = ", "=\t"),
  after: fc.constantFrom("", "  ", ' # it\'s a "note"'),
});

describe("any map of names to values", () => {
  it("is read back byte for byte, whatever the quotes, the layout and the line ends", () => {
    const pairs = fc.uniqueArray(fc.tuple(names, values, fc.nat(writers.length - 1)), {
      selector: ([name]) => name,
    });
    fc.assert(
      fc.property(pairs, layout, (map, { crlf, bom, last, before, prefix, equals, after }) => {
        const lines = map.map(([name, value, writer]) => {
          const written = writers[writer]?.(value) ?? writers[2]?.(value);
          return `${before}${prefix}${name}${equals}${written}${after}`;
        });
        const text = `${bom ? "\ufeff" : ""}${lines.join("\n")}${last ? "\n" : ""}`;
        const found = read(crlf ? text.replaceAll("\n", "\r\n") : text);
        expect(found.map(([name, value]) => [name, value])).toEqual(
          map.map(([name, value]) => [name, value]),
        );
        const fileLines = text.split("\n");
        for (const [name, , line] of found) expect(fileLines[line - 1]).toContain(name);
      }),
      { numRuns: 1000 },
    );
  });

  it("may be anything at all: whatever the bytes, they give entries and problems on lines of the file, not an exception", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          values.map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          const { entries, problems } = parseDotenv(bytes);
          const lines = Buffer.from(bytes).toString("latin1").split("\n").length;
          for (const { line } of [...entries, ...problems]) {
            expect(line).toBeGreaterThanOrEqual(1);
            expect(line).toBeLessThanOrEqual(lines);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});
