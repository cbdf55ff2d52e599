import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseExact, stringifyExact } from "../../../agent/runtime/exact-json.ts";

describe("JSON that passes through", () => {
  test.each([
    [
      "an unlimited rlimit",
      '{"type":"RLIMIT_MEMLOCK","hard":18446744073709551615,"soft":18446744073709551615}',
    ],
    ["an unlimited memory limit", '{"limit":9223372036854771712,"swap":-1}'],
    ["the first number a double cannot hold", "[9007199254740993,-9007199254740993]"],
    ["numbers in unusual spellings", "[1.0,1e3,1E-7,-0,0.10,123456789012345678901234567890]"],
    ["a member called __proto__", '{"__proto__":{"polluted":1}}'],
    ["text that looks like a number", '["18446744073709551615"]'],
  ])("keeps %s", (_what, text) => {
    expect(stringifyExact(parseExact(text))).toBe(text);
  });

  test("gives ordinary numbers as numbers", () => {
    expect(parseExact('{"uid":65534,"mode":-1,"half":0.5}')).toEqual({ uid: 65534, mode: -1, half: 0.5 });
  });

  test("keeps what was not touched when something beside it was", () => {
    const value = parseExact('{"env":["A=1"],"rlimits":[{"hard":18446744073709551615}]}') as {
      env: string[];
    };
    expect(stringifyExact({ ...value, env: [...value.env, "B=2"] })).toBe(
      '{"env":["A=1","B=2"],"rlimits":[{"hard":18446744073709551615}]}',
    );
  });

  test("means what JSON means, for any value", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(JSON.parse(stringifyExact(parseExact(text)))).toEqual(JSON.parse(text));
      }),
    );
  });
});
