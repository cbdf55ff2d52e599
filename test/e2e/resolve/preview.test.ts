import { afterEach, describe, expect, test, vi } from "vitest";
import { invoke } from "../../../common/grpc/invoke.ts";
import type { PreviewSecretChangeRequest } from "../../../proto/gen/keyhold/v1/PreviewSecretChangeRequest.ts";
import { SAMPLE, setEnv } from "../../../tools/stage/sample.ts";
import { engineMissing } from "../../support/engine/engine.ts";
import { IMAGE, useStage } from "../../support/stage.ts";

/*
 * A preview is compared with what the same write then does to a handful of containers on a real engine: which start again, which
 * are signalled, whose files change.
 */

/** By name, the labels with which each asks for something else. */
const CONTAINERS: Readonly<Record<string, readonly string[]>> = {
  plain: [],
  signal: ["keyhold.on-change=signal:SIGHUP"],
  files: ["keyhold.on-change=files"],
  ignore: ["keyhold.on-change=ignore"],
  alias: ["keyhold.secrets=tls.crt?", "keyhold.env.TOKEN=API_KEY"],
  hidden: ["keyhold.env.API_KEY=OTHER_KEY"],
  others: ["keyhold.secrets=OTHER_KEY"],
};
const PROGRAM = "trap 'echo hup' HUP; echo started; while :; do sleep 0.05; done";

describe.skipIf(engineMissing !== undefined)(`a preview of a write ${engineMissing ?? ""}`, () => {
  // Containers are restarted one after the other: each soon counts as healthy.
  const house = useStage({ pace: { healthyAfter: 100 } });
  afterEach(async () => {
    const left = await house.stage.docker("ps", "-aq");
    if (left !== "") await house.stage.docker("rm", "-f", ...left.split("\n"));
  });

  async function startAll(): Promise<void> {
    await setEnv(house.people.alice, SAMPLE.user, "OTHER_KEY", "other");
    for (const [name, labels] of Object.entries(CONTAINERS)) {
      const flags = ["--runtime", "keyhold", "-l", `keyhold.workspace=${SAMPLE.label}`];
      const all = [...labels, "keyhold.stop-timeout=1"].flatMap((label) => ["-l", label]);
      await house.stage.docker("run", "-d", "--name", name, ...flags, ...all, IMAGE, "sh", "-c", PROGRAM);
    }
  }

  type Who = "alice" | "owner";
  async function preview(who: Who, request: PreviewSecretChangeRequest): Promise<Record<string, string>> {
    const { secrets } = house.people[who];
    const { effects } = await invoke(secrets, secrets.PreviewSecretChange, request);
    const mine = effects.filter(({ containerName }) => containerName !== "");
    return Object.fromEntries(mine.map(({ containerName, action }) => [containerName, action]));
  }

  interface Seen {
    readonly starts: number;
    readonly hups: number;
    readonly key: string;
    readonly file: string;
  }
  async function look(): Promise<Record<string, Seen>> {
    const { docker } = house.stage;
    const entries = Object.keys(CONTAINERS).map(async (name) => {
      const lines = (await docker("logs", name)).split("\n");
      const count = (word: string) => lines.filter((line) => line === word).length;
      const print = 'echo "$API_KEY $TOKEN"; cat /run/secrets/tls.crt 2>/dev/null || true';
      const [key = "", ...file] = (await docker("exec", name, "sh", "-c", print)).split("\n");
      return [name, { starts: count("started"), hups: count("hup"), key, file: file.join("\n") }] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  }

  /** What happened, in the words of the preview; what only `docker exec` shows is no action. */
  function happened(before: Seen, after: Seen): string {
    if (after.starts > before.starts) return "RESTART";
    if (after.hups > before.hups) return "SIGNAL";
    return after.file === before.file ? "quiet" : "REWRITE";
  }

  /** A container that starts at its next start only, or never, is left alone now. */
  const now = (action: string) => (action === "NONE" || action === "NEXT_START" ? "quiet" : action);

  async function compare(who: Who, request: PreviewSecretChangeRequest): Promise<Record<string, string>> {
    const foretold = await vi.waitFor(
      async () => {
        const effects = await preview(who, request);
        expect(Object.keys(effects).sort()).toEqual(Object.keys(CONTAINERS).sort());
        return effects;
      },
      { timeout: 10_000, interval: 100 },
    );
    const before = await look();
    const { secrets } = house.people[who];
    if (request.update) await invoke(secrets, secrets.UpdateSecret, request.update);
    if (request.delete) await invoke(secrets, secrets.DeleteSecret, request.delete);
    const expected = Object.fromEntries(
      Object.entries(foretold).map(([name, action]) => [name, now(action)]),
    );
    const asForetold = async () => {
      const after = await look();
      const seen = Object.keys(CONTAINERS).map((name) => [
        name,
        happened(before[name] as Seen, after[name] as Seen),
      ]);
      expect(Object.fromEntries(seen)).toEqual(expected);
    };
    await vi.waitFor(asForetold, { timeout: 20_000, interval: 200 });
    // Nothing more comes: longer than a burst may last, and than a restart takes.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    await asForetold();
    return foretold;
  }

  const envUpdate = (scope: string, value: string): PreviewSecretChangeRequest => ({
    update: {
      secret: {
        name: `${scope}/secrets/API_KEY`,
        kind: "SECRET_KIND_ENV",
        value: Buffer.from(value),
      },
      updateMask: { paths: ["value"] },
      allowMissing: true,
    },
  });

  test("says which containers restart, are signalled, are rewritten or are left alone, and so it comes", {
    timeout: 90_000,
  }, async () => {
    await startAll();
    expect(await compare("alice", envUpdate(SAMPLE.user, "new"))).toEqual({
      plain: "RESTART",
      signal: "SIGNAL",
      files: "NEXT_START",
      ignore: "NEXT_START",
      alias: "RESTART",
      hidden: "NONE",
      others: "NONE",
    });

    const shadowed = await compare("owner", envUpdate(SAMPLE.organization, "shadowed"));
    expect(new Set(Object.values(shadowed))).toEqual(new Set(["NONE"]));

    const file = {
      secret: { name: `${SAMPLE.project}/secrets/tls.crt`, value: Buffer.from("new certificate\n") },
      updateMask: { paths: ["value"] },
    };
    expect(await compare("owner", { update: file })).toEqual({
      plain: "RESTART",
      signal: "SIGNAL",
      files: "REWRITE",
      ignore: "NEXT_START",
      alias: "RESTART",
      hidden: "RESTART",
      others: "NONE",
    });

    // Below it the project's key comes to light.
    const uncovered = await compare("alice", { delete: { name: `${SAMPLE.user}/secrets/API_KEY` } });
    expect(uncovered).toMatchObject({ plain: "RESTART", alias: "RESTART", hidden: "NONE", others: "NONE" });
  });
});
