import { describe, expect, test } from "vitest";
import { valueWarnings } from "../../../common/workload/value-warnings.ts";
import { parseDotenv } from "../../../controlplane/import/dotenv.ts";
import { parseJson } from "../../../controlplane/import/json.ts";
import { parseYaml } from "../../../controlplane/import/yaml.ts";

/*
 * Files from public bug reports, with the values rewritten: what their authors did not mean is refused or warned about, by line, and no
 * message repeats a part of a value.
 */

const parse = (text: string) => parseDotenv(Buffer.from(text));
const CANARY = "canary7f3a";

describe("a shell file that is called .env", () => {
  test.each([
    ["exports after the value", `A=${CANARY}; export A`],
    ["exports after && ", `A=${CANARY} && export A`],
    ["exports several names on one line", `export A=${CANARY} B=2`],
    ["exports a name that has no value", "export A"],
    ["is YAML", `A: ${CANARY}`],
    ["is YAML with = in the value", `A: postgres://u@h/d?x=${CANARY}`],
  ])("that %s is refused with the line", (_, line) => {
    const { entries, problems } = parse(`FIRST=1\n${line}\n`);
    expect(entries.map(({ name }) => name)).toEqual(["FIRST"]);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.line).toBe(2);
    expect(JSON.stringify(problems)).not.toContain(CANARY);
  });

  test("may repeat `export A` after it has given A a value", () => {
    const { entries, problems } = parse("A=1\nexport A\n");
    expect(problems).toEqual([]);
    expect(entries.map(({ name, value }) => [name, value.text()])).toEqual([["A", "1"]]);
  });

  test.each([
    ["a command", `A=$(cat ${CANARY})`, `$(cat ${CANARY})`, /no command is run/],
    ["a command in backticks", `A=x\`cat ${CANARY}\``, `x\`cat ${CANARY}\``, /no command is run/],
    ["a backslash before a blank", `A=${CANARY}\\ two`, `${CANARY}\\ two`, /backslash before a blank/],
    ["a backslash at its end", `A=${CANARY}\\`, `${CANARY}\\`, /ends in a backslash/],
    ["text behind ` #`", `A=${CANARY} #123`, CANARY, /taken for a comment/],
    ["a # at its beginning", `A=#${CANARY}`, `#${CANARY}`, /begins with #/],
    ["$$ as Compose writes it", `A=$$${CANARY}`, `$$${CANARY}`, /Compose file/],
  ])("keeps %s as it is written, with a warning", (_, line, value, warning) => {
    const [entry] = parse(line).entries;
    expect(entry?.value.text()).toBe(value);
    expect(entry?.warnings.join(" ")).toMatch(warning);
    expect(entry?.warnings.join(" ")).not.toContain(CANARY);
  });

  test("says nothing about an ordinary password with a hash in it", () => {
    expect(parse("A=abc#123\nB=\"abc #123\"\nC='a$b'").entries.flatMap(({ warnings }) => warnings)).toEqual(
      [],
    );
  });

  test("names a way to have a variable with dots", () => {
    const [problem] = parse("spring.datasource.password=x").problems;
    expect(problem?.message).toContain(`-e 'NAME.WITH.DOTS=${"$"}{secret:NAME}'`);
  });
});

describe("a pasted value", () => {
  test.each([
    ["curly quotes", "\u201cv\u201d", /U\+201C \(a curly quote\) at character 1, U\+201D/],
    ["a no-break space", "v\u00a0", /U\+00A0 \(a no-break space\) at character 2/],
    ["a zero-width space", "\u200bv", /U\+200B \(a zero-width space\) at character 1/],
    ["a byte order mark in the middle", "a\ufeffb", /U\+FEFF/],
    ["a direction mark", "a\u202eb", /U\+202E \(an invisible character\)/],
    ["a blank at its end", "value ", /begins or ends with a blank/],
    ["a PEM key on one line", "-----BEGIN X-----\\nabc\\n-----END X-----", /two characters \\n/],
  ])("with %s is kept with a warning", (_, value, warning) => {
    expect(valueWarnings(value).join(" ")).toMatch(warning);
  });

  test.each([["plain"], ["käse 🧀"], ["-----BEGIN X-----\nabc\n-----END X-----\n"], [""], ["日本語"]])(
    "like %j needs no warning",
    (value) => expect(valueWarnings(value)).toEqual([]),
  );
});

describe("a YAML file", () => {
  test("gives names and values, with the text that the file has for numbers and booleans", () => {
    const { entries, problems } = parseYaml(
      Buffer.from('# c\nA: x\nB: 007\nC: "1.0"\nD: yes\nE: 1.50\nF: |\n  two\n  lines\n'),
    );
    expect(problems).toEqual([]);
    expect(entries.map(({ name, value, line }) => [name, value.text(), line])).toEqual([
      ["A", "x", 2],
      ["B", "007", 3],
      ["C", "1.0", 4],
      ["D", "yes", 5],
      ["E", "1.50", 6],
      ["F", "two\nlines\n", 7],
    ]);
  });

  test.each([
    ["a list", `A:\n  - ${CANARY}`, 1],
    ["a mapping", `A:\n  b: ${CANARY}`, 1],
    ["null", "OK: 1\nA:", 2],
    ["an anchor", `A: &x ${CANARY}`, 1],
    ["an alias", `A: &x ${CANARY}\nB: *x`, 1],
    ["a tag", `A: !vault ${CANARY}`, 1],
    ["no mapping at all", `- ${CANARY}`, 1],
    ["what is not YAML", `A: "${CANARY}`, 1],
  ])("with %s is refused with the line", (_, text, line) => {
    const { problems } = parseYaml(Buffer.from(text));
    expect(problems[0]?.line).toBe(line);
    expect(JSON.stringify(problems)).not.toContain(CANARY);
  });
});

describe("a JSON file", () => {
  test("gives names and values by line", () => {
    const text = '{\n  "A": "x \\n y",\n  "B": 1.50,\n  "C": true\n}\n';
    const { entries, problems } = parseJson(Buffer.from(text));
    expect(problems).toEqual([]);
    expect(entries.map(({ name, value, line }) => [name, value.text(), line])).toEqual([
      ["A", "x \n y", 2],
      ["B", "1.50", 3],
      ["C", "true", 4],
    ]);
  });

  test("that is not JSON is refused with the line and without its text", () => {
    const { entries, problems } = parseJson(Buffer.from(`{\n  "A": "${CANARY}",\n  "B": ${CANARY}\n}`));
    expect(entries).toEqual([]);
    expect(problems).toEqual([{ line: 3, message: "the file is not JSON from here on" }]);
  });

  test("with a comment is refused: that is YAML, not JSON", () => {
    expect(parseJson(Buffer.from('{ "A": "x" } # c')).problems).toHaveLength(1);
  });
});
