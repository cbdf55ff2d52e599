import { describe, expect, test } from "vitest";
import { formatHelperSettings } from "../../../agent/runtime/helper-settings.ts";

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
    { runtime: "" },
    { runtimeArgs: ["a\nb"] },
    { waitMs: 1.5 },
    { waitMs: -1 },
  ])("cannot hold %j", (change) => {
    expect(() => formatHelperSettings({ socket: "/s", dataRoot: "/d", ...change })).toThrow(
      expect.objectContaining({ code: "invalid" }),
    );
  });
});
