import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  helperKeys,
  registriesOf,
  withHelpers,
  withoutHelpers,
} from "../../../agent/engine/docker/install/client-file.ts";
import {
  forgettingText,
  withoutRuntime,
  withRuntime,
} from "../../../agent/engine/docker/install/daemon-file.ts";
import { recordEdit, undoEdit } from "../../../agent/engine/docker/install/edit.ts";

const DAEMON = "/etc/docker/daemon.json";
const CLIENT = "/root/.docker/config.json";
const HELPER = "/usr/local/lib/keyhold/keyhold-runtime";

/** Files as people write them. */
const LAYOUTS = [
  "",
  " \n",
  "{}",
  "{ }\n",
  "{\n}\n",
  '{"debug":true}',
  '{ "debug": true }',
  '{\n\t"debug": true\n}\n',
  '{\n  "runtimes": {\n    "crun": { "path": "/usr/bin/crun" }\n  },\n  "default-runtime": "crun"\n}',
  '{"runtimes": { }, "credHelpers":{ }}',
  '{\r\n  "auths": {\r\n    "r.io": { "auth": "Ym90OnB3" }\r\n  }\r\n}\r\n',
  '{"credHelpers":{"other.io":"pass"},"credsStore":"secretservice"}',
];

function withBoth(text: string | undefined): string {
  const daemon = withRuntime(DAEMON, text, { helper: HELPER, isDefault: true });
  return withHelpers(CLIENT, daemon, "keyhold", ["quay.io", "r.io"]).text;
}

const removeOurs = (text: string) =>
  withoutRuntime(DAEMON, withoutHelpers(CLIENT, text, "keyhold"), HELPER, undefined);

describe("an edit of somebody else's file", () => {
  test.each(LAYOUTS)("is undone byte for byte, with its time: %j", (text) => {
    const after = withBoth(text);
    const record = recordEdit({ text, modified: 1234.5 }, after);
    expect(undoEdit({ text: after, modified: 9 }, record, removeOurs)).toEqual({ text, modified: 1234.5 });
  });

  test("is undone byte for byte for any file", () => {
    const layout = fc.constantFrom(undefined, 1, 2, "\t");
    const objects = fc
      .dictionary(fc.string(), fc.jsonValue())
      .filter((each) => !("credHelpers" in each) && !("runtimes" in each));
    fc.assert(
      fc.property(objects, layout, fc.constantFrom("", "\n"), (value, space, end) => {
        const text = JSON.stringify(value, undefined, space) + end;
        const after = withBoth(text);
        const found = { text: after, modified: 1 };
        expect(undoEdit(found, recordEdit({ text, modified: 1 }, after), removeOurs).text).toBe(text);
      }),
    );
  });

  test("of a file that was not there leaves none", () => {
    const after = withBoth(undefined);
    const record = recordEdit({ text: undefined, modified: undefined }, after);
    expect(undoEdit({ text: after, modified: 1 }, record, removeOurs).text).toBeUndefined();
    expect(undoEdit(undefined, record, removeOurs).text).toBeUndefined();
  });

  test.each(LAYOUTS)("that somebody has edited since loses what is ours and nothing else: %j", (text) => {
    const edited = withBoth(text).replace("{", '{"added": [1],');
    const record = recordEdit({ text, modified: 1 }, withBoth(text));
    const { text: undone, modified } = undoEdit({ text: edited, modified: 9 }, record, removeOurs);
    const before = JSON.parse(text.trim() === "" ? "{}" : text);
    const emptied = Object.entries(before).filter(
      ([key, value]) => !(/runtimes|credHelpers/.test(key) && Object.keys(value as object).length === 0),
    );
    // It was ours when the edit was made, and what was there before is not told to this function.
    const expected = {
      added: [1],
      ...Object.fromEntries(emptied.filter(([key]) => key !== "default-runtime")),
    };
    expect(JSON.parse(undone ?? "")).toEqual(expected);
    expect(modified).toBeUndefined();
  });

  test("keeps no word of the file in what it notes", () => {
    const text = '{\n  "auths": { "r.io": { "auth": "canary" } }\n}\n';
    const after = withHelpers(CLIENT, text, "keyhold", ["quay.io"]).text;
    expect(JSON.stringify(recordEdit({ text, modified: 1 }, after))).not.toContain("canary");
  });

  test("that was noted and then not made is nothing to undo", () => {
    const text = '{"debug": true}';
    const record = recordEdit({ text, modified: 1 }, withBoth(text));
    expect(undoEdit({ text, modified: 1 }, record, removeOurs)).toEqual({ text, modified: 1 });
  });
});

describe("daemon.json", () => {
  test("gets the default runtime back that it had, though somebody edited it since", () => {
    const text = '{"default-runtime": "crun"}';
    const installed = withRuntime(DAEMON, text, { helper: HELPER, isDefault: true });
    const edited = installed.replace("{", '{"debug": true, ');
    expect(JSON.parse(withoutRuntime(DAEMON, edited, HELPER, "crun"))).toEqual({
      debug: true,
      "default-runtime": "crun",
    });
  });

  test("keeps a runtime of our name that is not ours", () => {
    const text = '{"runtimes": {"keyhold": {"path": "/opt/other"}}}';
    expect(withoutRuntime(DAEMON, text, HELPER, undefined)).toBe(text);
    expect(() => withRuntime(DAEMON, text, { helper: HELPER, isDefault: false })).toThrow(
      /has a runtime keyhold that is not this installation's: "\/opt\/other"/,
    );
  });

  test.each(["{debug: true}", "[]", "null", '{"runtimes": []}'])(
    "that is no daemon.json is refused: %s",
    (text) => {
      expect(() => withRuntime(DAEMON, text, { helper: HELPER, isDefault: false })).toThrow(
        /cannot change \/etc\/docker\/daemon\.json/,
      );
    },
  );

  test.each([
    [undefined, { runtimes: {}, "default-runtime": "runc" }],
    ['{"debug":true}', { debug: true, runtimes: {}, "default-runtime": "runc" }],
    [
      '{"runtimes":{"crun":{"path":"/c"}},"default-runtime":"crun"}',
      { runtimes: { crun: { path: "/c" } }, "default-runtime": "crun" },
    ],
  ])("says aloud what an engine would keep otherwise: %s", (text, expected) => {
    expect(JSON.parse(forgettingText(DAEMON, text))).toEqual(expected);
  });
});

describe("the Docker client's configuration", () => {
  test("names Docker Hub as each client looks for it", () => {
    expect(helperKeys(["docker.io", "https://GHCR.io/v2/", "ghcr.io"])).toEqual([
      "docker.io",
      "ghcr.io",
      "https://index.docker.io/v1/",
    ]);
  });

  test("leaves a credential helper of the user's alone, and says so", () => {
    const text = '{"credHelpers":{"r.io":"pass"}}';
    const edit = withHelpers(CLIENT, text, "keyhold", ["r.io", "quay.io"]);
    expect(JSON.parse(edit.text)).toEqual({ credHelpers: { "r.io": "pass", "quay.io": "keyhold" } });
    expect(edit.taken).toEqual(["r.io"]);
    expect(registriesOf(CLIENT, edit.text, "keyhold")).toEqual(["quay.io"]);
  });

  test("that cannot be read is refused without a word of what is in it", () => {
    expect(() => withHelpers(CLIENT, '{"auths": canary', "keyhold", ["r.io"])).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("canary"), code: "precondition" }),
    );
  });
});
