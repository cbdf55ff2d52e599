import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { removeMember, setMember } from "../../../agent/engine/docker/install/json-edit.ts";

const OURS = { path: "/kh" };

describe("setting a member", () => {
  test.each([
    [
      "a file with two spaces",
      '{\n  "debug": true\n}\n',
      '{\n  "debug": true,\n  "runtimes": {\n    "keyhold": {\n      "path": "/kh"\n    }\n  }\n}\n',
    ],
    [
      "a file with tabs that has runtimes",
      '{\n\t"runtimes": {\n\t\t"crun": {"path": "/crun"}\n\t},\n\t"debug": true\n}',
      '{\n\t"runtimes": {\n\t\t"crun": {"path": "/crun"},\n\t\t"keyhold": {\n\t\t\t"path": "/kh"\n\t\t}\n\t},\n\t"debug": true\n}',
    ],
    ["an empty object", "{}\n", '{"runtimes": {"keyhold": {"path": "/kh"}}}\n'],
    ["one compact line", '{"a":[1,2]}', '{"a":[1,2],"runtimes":{"keyhold":{"path":"/kh"}}}'],
    ["one line with spaces", '{ "a": 1 }', '{ "a": 1, "runtimes": {"keyhold": {"path": "/kh"}} }'],
    [
      "a compact object in a file with lines",
      '{\n    "runtimes": {"crun": {"path": "/crun"}}\n}',
      '{\n    "runtimes": {"crun": {"path": "/crun"}, "keyhold": {"path": "/kh"}}\n}',
    ],
    [
      "an empty object in a file with lines",
      '{\r\n  "runtimes": {}\r\n}',
      '{\r\n  "runtimes": {\n    "keyhold": {\n      "path": "/kh"\n    }\n  }\r\n}',
    ],
    [
      "another value of the same name",
      '{"runtimes": {"keyhold": {"path": "/old", "x": []}}}',
      '{"runtimes": {"keyhold": {"path": "/kh"}}}',
    ],
  ])("in %s follows its layout", (_what, text, expected) => {
    expect(setMember(text, ["runtimes", "keyhold"], OURS)).toBe(expected);
  });

  test("to what it is already changes no byte", () => {
    const text = '{"runtimes" :{ "keyhold":{"path"\n:"\\/kh"}}}';
    expect(setMember(text, ["runtimes", "keyhold"], OURS)).toBe(text);
  });

  test("is not misled by strings that look like JSON", () => {
    const text = '{"a\\"}": "{\\"runtimes\\": {", "b": ["}", {"runtimes": 1}]}';
    expect(JSON.parse(setMember(text, ["runtimes", "keyhold"], OURS))).toEqual({
      ...JSON.parse(text),
      runtimes: { keyhold: OURS },
    });
  });

  test("changes the last of two members of one name, which is the one that counts", () => {
    expect(setMember('{"a":1,"a":2}', ["a"], 3)).toBe('{"a":1,"a":3}');
  });
});

describe("removing a member", () => {
  test.each([
    ["the first", '{"a": 1, "b": 2}', ["a"], '{"b": 2}'],
    ["the last", '{\n  "a": 1,\n  "b": 2\n}', ["b"], '{\n  "a": 1\n}'],
    ["the only one", '{\n  "a": 1\n}\n', ["a"], "{}\n"],
    ["an inner one", '{"r": {"k": {}, "c": 1}, "z": 0}', ["r", "k"], '{"r": {"c": 1}, "z": 0}'],
    ["one that is not there", '{"a": 1}', ["b"], '{"a": 1}'],
    ["one below something that is not there", '{"a": 1}', ["b", "c"], '{"a": 1}'],
  ] as const)("takes %s away with its comma", (_what, text, path, expected) => {
    expect(removeMember(text, [...path] as [string, ...string[]])).toBe(expected);
  });
});

describe("for any object in any layout", () => {
  const text = fc
    .tuple(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.option(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), { nil: undefined }),
      fc.constantFrom(undefined, "  ", "    ", "\t"),
    )
    .map(([rest, runtimes, unit]) =>
      JSON.stringify(runtimes === undefined ? rest : { ...rest, runtimes }, undefined, unit),
    )
    .filter((json) => {
      const { runtimes = {} } = JSON.parse(json);
      return (
        typeof runtimes === "object" &&
        runtimes !== null &&
        !Array.isArray(runtimes) &&
        !("keyhold" in runtimes)
      );
    });

  test("setting means what assigning means", () => {
    fc.assert(
      fc.property(text, (before) => {
        const old = JSON.parse(before);
        const after = JSON.parse(setMember(before, ["runtimes", "keyhold"], OURS));
        expect(after).toEqual({ ...old, runtimes: { ...old.runtimes, keyhold: OURS } });
      }),
    );
  });

  test("removing what was set gives back every byte, where there were runtimes before", () => {
    fc.assert(
      fc.property(text, (before) => {
        fc.pre(Object.keys(JSON.parse(before).runtimes ?? {}).length > 0);
        expect(removeMember(setMember(before, ["runtimes", "keyhold"], OURS), ["runtimes", "keyhold"])).toBe(
          before,
        );
      }),
    );
  });
});
