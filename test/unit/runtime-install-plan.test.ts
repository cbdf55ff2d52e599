import { describe, expect, test } from "vitest";
import {
  formatHelperSettings,
  planDaemonInstall,
  planDaemonUninstall,
} from "../../agent/runtime/install-plan.ts";

const PATH = "/etc/docker/daemon.json";
const HELPER = "/usr/local/lib/keyhold/keyhold-runtime";
const install = (text: string | undefined) => planDaemonInstall(PATH, text, HELPER);
const uninstall = (text: string | undefined) => planDaemonUninstall(PATH, text, HELPER);

/** What the plan leaves on the disk in the end. */
function leftBy(plan: ReturnType<typeof uninstall>, text: string | undefined): string | undefined {
  if (plan.write === undefined) return text;
  return plan.afterReload === undefined ? plan.write : (plan.afterReload ?? undefined);
}

describe("the helper's settings", () => {
  test("are lines of key=value, with what was given and nothing else", () => {
    expect(
      formatHelperSettings({ socket: "/run/keyhold/runtime.sock", dataRoot: "/var/lib/docker" }).split("\n"),
    ).toEqual([
      "# Settings of keyhold-runtime, written by: keyhold agent install",
      "socket=/run/keyhold/runtime.sock",
      "data_root=/var/lib/docker",
      "",
    ]);
    expect(
      formatHelperSettings({ socket: "/s", dataRoot: "/d", runtime: "/r", waitMs: 1, answerMs: 2 }),
    ).toMatch(/socket=\/s\ndata_root=\/d\nruntime=\/r\nwait_ms=1\nanswer_ms=2\n$/);
  });

  test.each([
    { socket: "run/a.sock" },
    { dataRoot: "/a\nruntime=/evil" },
    { runtime: "runc" },
    { waitMs: 1.5 },
    { waitMs: -1 },
  ])("cannot hold %j", (change) => {
    expect(() => formatHelperSettings({ socket: "/s", dataRoot: "/d", ...change })).toThrow(
      expect.objectContaining({ code: "invalid" }),
    );
  });
});

describe("installation in daemon.json", () => {
  test.each([undefined, "", " \n"])("makes the file where there is nothing in it: %j", (text) => {
    expect(JSON.parse(install(text).write ?? "")).toEqual({ runtimes: { keyhold: { path: HELPER } } });
  });

  test("keeps every other key and their layout", () => {
    const text = '{\n   "log-driver": "json-file",\n   "dns": ["10.0.0.2","10.0.0.3"]\n}\n';
    expect(install(text).write).toBe(
      text.replace(
        "]\n}",
        `],\n   "runtimes": {\n      "keyhold": {\n         "path": "${HELPER}"\n      }\n   }\n}`,
      ),
    );
  });

  test("changes nothing the second time", () => {
    const once = install('{"debug": true}').write;
    expect(install(once)).toEqual({ write: undefined, afterReload: undefined });
  });

  test.each([
    ["no JSON", "{debug: true}", /cannot change \/etc\/docker\/daemon\.json: it is not JSON/],
    ["no object", "[]", /it is not a JSON object/],
    ["a list of runtimes", '{"runtimes": []}', /"runtimes" is not an object/],
  ])("stops before a file with %s", (_what, text, reason) => {
    expect(() => install(text)).toThrow(reason);
    expect(() => uninstall(text)).toThrow(reason);
  });
});

describe("uninstallation", () => {
  test.each([
    ["no file", undefined],
    ["other settings", '{\n  "debug": true\n}\n'],
    ["other runtimes", '{\n  "runtimes": {\n    "crun": {"path": "/crun"}\n  }\n}\n'],
    ["settings on one line", '{"debug":true}'],
    ["an object with nothing in it", "{}\n"],
  ])("gives back what was there before: %s", (_what, before) => {
    const installed = install(before).write;
    expect(leftBy(uninstall(installed), installed)).toBe(before);
  });

  test("lets the engine read an empty list of runtimes first, which is what makes it forget ours", () => {
    const plan = uninstall(install('{"debug": true}').write);
    expect(JSON.parse(plan.write ?? "")).toEqual({ debug: true, runtimes: {} });
    expect(plan.afterReload).toBe('{"debug": true}');
  });

  test("has nothing to do where nothing was installed", () => {
    for (const text of [undefined, "", '{"runtimes": {"crun": {}}}']) {
      expect(uninstall(text)).toEqual({ write: undefined, afterReload: undefined });
    }
  });

  test("is refused while our runtime is the engine's default", () => {
    const text = install('{"default-runtime": "keyhold"}').write;
    expect(() => uninstall(text)).toThrow(
      expect.objectContaining({
        code: "precondition",
        next: expect.stringMatching(/"default-runtime" to "runc"/),
      }),
    );
  });
});
