import { KeyholdError } from "../../../common/errors.ts";

/** The Debian suites whose engines can be unpacked beside the installed one. */
export const SUITES = ["trixie", "sid"] as const;
export type Suite = (typeof SUITES)[number];

/** What the name of an engine kind asks for. */
export interface KindChoice {
  /** Undefined for the engine that is installed on this machine. */
  readonly suite: Suite | undefined;
  /** Where images are kept: by dockerd itself (overlay2), or by containerd's snapshotter. */
  readonly storage: "overlay2" | "containerd";
  /** The default OCI runtime of the engine, and the one behind Keyhold's. */
  readonly runtime: "runc" | "crun";
}

/** Every kind that the tests know. The containerd image store exists since Docker 24. */
export const KIND_NAMES: readonly string[] = [
  "installed",
  "installed+crun",
  "trixie",
  "trixie+crun",
  "sid",
  "sid+crun",
  "sid+containerd",
  "sid+containerd+crun",
];

/** Reads `SUITE[+containerd][+crun]`, where SUITE may be `installed`. Throws `invalid` for any other name. */
export function parseKindName(name: string): KindChoice {
  if (!KIND_NAMES.includes(name)) {
    throw new KeyholdError({
      code: "invalid",
      message: `${name} is no engine of the tests`,
      next: `set KEYHOLD_TEST_ENGINE to one of ${KIND_NAMES.join(", ")}`,
    });
  }
  const [suite, ...options] = name.split("+");
  return {
    suite: SUITES.find((one) => one === suite),
    storage: options.includes("containerd") ? "containerd" : "overlay2",
    runtime: options.includes("crun") ? "crun" : "runc",
  };
}

/** What the kind adds to daemon.json. @param runtime the absolute path of the default OCI runtime */
export function kindSettings(choice: KindChoice, runtime: string): Readonly<Record<string, unknown>> {
  return {
    ...(choice.storage === "containerd" ? { features: { "containerd-snapshotter": true } } : {}),
    ...(choice.runtime === "crun"
      ? { runtimes: { crun: { path: runtime } }, "default-runtime": "crun" }
      : {}),
  };
}

/** The caller's daemon.json on top of the kind's: runtimes and features of both are kept, for anything else the caller decides. */
export function withKindSettings(
  wanted: Readonly<Record<string, unknown>>,
  kind: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const both = ["runtimes", "features"].filter((key) => key in wanted && key in kind);
  const merged = both.map((key) => [key, { ...(kind[key] as object), ...(wanted[key] as object) }]);
  return { ...kind, ...wanted, ...Object.fromEntries(merged) };
}
