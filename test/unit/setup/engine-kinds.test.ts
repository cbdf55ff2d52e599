import { expect, test } from "vitest";
import {
  KIND_NAMES,
  kindSettings,
  parseKindName,
  withKindSettings,
} from "../../../tools/engine/kinds/kind-name.ts";
import { mirrorIn } from "../../../tools/engine/kinds/suite-packages.ts";

test("a kind's name says the suite, the image store and the runtime", () => {
  expect(parseKindName("installed")).toEqual({ suite: undefined, storage: "overlay2", runtime: "runc" });
  expect(parseKindName("sid+containerd+crun")).toEqual({
    suite: "sid",
    storage: "containerd",
    runtime: "crun",
  });
  for (const name of KIND_NAMES) expect(() => parseKindName(name)).not.toThrow();
});

test("an unknown kind is refused with the known ones", () => {
  expect(() => parseKindName("woody")).toThrow(/woody is no engine/);
  expect(() => parseKindName("trixie+containerd")).toThrow(/is no engine/);
});

test("the kind's settings keep what a test wants, and the test decides where both say something", () => {
  const kind = kindSettings(parseKindName("sid+containerd+crun"), "/x/crun");
  const wanted = { runtimes: { other: { path: "/other" } }, "default-runtime": "other", debug: true };
  expect(withKindSettings(wanted, kind)).toEqual({
    features: { "containerd-snapshotter": true },
    runtimes: { crun: { path: "/x/crun" }, other: { path: "/other" } },
    "default-runtime": "other",
    debug: true,
  });
  expect(withKindSettings({}, kindSettings(parseKindName("sid"), "/x/runc"))).toEqual({});
});

test("the mirror is that of Debian's main archive, not of updates or of strangers", () => {
  const targets = [
    "Somebody|Tools|main|http://tools.invalid/apt",
    "Debian|Debian-Security|main|http://mirror.invalid/security/",
    "Debian|Debian|contrib|http://mirror.invalid/contrib/",
    "Debian|Debian|main|http://mirror.invalid/debian/",
  ];
  expect(mirrorIn(targets.join("\n"))).toBe("http://mirror.invalid/debian/");
  expect(mirrorIn("")).toBeUndefined();
});
