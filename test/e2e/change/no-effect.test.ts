import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { RunningAgent } from "../../../agent/agent.ts";
import { invoke } from "../../../common/grpc/invoke.ts";
import { createLog, silentLog } from "../../../common/log.ts";
import { parseServerConfig } from "../../../controlplane/config.ts";
import { type RunningServer, startServer } from "../../../controlplane/server.ts";
import type { SecretKind } from "../../../proto/gen/keyhold/v1/SecretKind.ts";
import type { Api } from "../../../tools/stage/api.ts";
import { startAgentOf } from "../../../tools/stage/processes.ts";
import { runtimeTarget } from "../../../tools/stage/runtime.ts";
import { SAMPLE, setEnv } from "../../../tools/stage/sample.ts";
import { engineMissing } from "../../support/engine/engine.ts";
import { IMAGE, useStage } from "../../support/stage.ts";

/*
 * If and only if: ten thousand writes after which every container has what it had before, with agents and servers restarted in
 * between, restart nothing and rewrite nothing; and a real change at the end, by which it is seen that somebody was listening.
 */

const ROUNDS = 5;
/** Writes of a round by kind, of which one comes after the other; kinds overtake each other. 10,000 in all rounds. */
const SHARES = {
  ...{ same: 150, sameFile: 50, organization: 50, project: 50, comments: 50, undeleted: 50, anew: 50 },
  ...{ sameImported: 1_300, shadowedImported: 250 },
};
/** Variables of one import. */
const IMPORTED = 50;
const REGISTRY_WRITES = 100;
const FILE = "/run/secrets/tls.crt";
const TELL =
  'tell() { echo "$1 $API_KEY $GOES $(cat /run/secrets/tls.crt)"; }; trap "tell signal" HUP; trap "exit 0" TERM; tell start; ' +
  "while :; do sleep 0.05; done";

type Write = () => Promise<unknown>;

describe.skipIf(engineMissing !== undefined)(`writes without an effect ${engineMissing ?? ""}`, () => {
  const logged: string[] = [];
  const log = createLog({ level: "info", name: "agent", write: (line) => logged.push(line) });
  // A secret is away for as long as two calls take, on a machine that does a lot else.
  const pace = { quiet: { minimum: 4_000, maximum: 20_000 } };
  const house = useStage({ log, pace });
  const docker = (...args: string[]) => house.stage.docker(...args);
  let server: RunningServer | undefined;
  let agent: RunningAgent | undefined;
  let owner: Api;
  let alice: Api;
  const ids: string[] = [];

  beforeAll(async () => {
    ({ owner, alice } = house.people);
    await setEnv(alice, SAMPLE.user, "GOES", "and-comes");
    await create("goes.crt", "SECRET_KIND_FILE");
    await importAll(alice, SAMPLE.user, "imported");
    for (const policy of ["restart", "signal:SIGHUP"]) {
      const labels = ["-l", `keyhold.workspace=${SAMPLE.label}`, "-l", `keyhold.on-change=${policy}`];
      ids.push(await docker("run", "-d", "--runtime=keyhold", ...labels, IMAGE, "sh", "-c", TELL));
    }
    await vi.waitFor(async () => expect((await told()).map((lines) => lines.length)).toEqual([1, 1]), 10_000);
  });
  // The stage ends only those that it began with.
  afterAll(async () => {
    await agent?.close();
    await server?.close();
  });

  /** What each was told, at its start or by a signal; the file has several lines. */
  const told = () =>
    Promise.all(
      ids.map(async (id) =>
        (await docker("logs", id)).split("\n").filter((line) => /^(start|signal) /.test(line)),
      ),
    );
  /** Another generation of the directory would be other files. */
  const files = () => Promise.all(ids.map((id) => docker("exec", id, "stat", "-L", "-c", "%i %Y %s", FILE)));
  const create = (secretId: string, kind: SecretKind) =>
    invoke(alice.secrets, alice.secrets.CreateSecret, {
      parent: SAMPLE.user,
      secretId,
      secret: { kind, value: Buffer.from("and-comes") },
    });
  const update = (api: Api, name: string, field: "value" | "comment", text: string) =>
    invoke(api.secrets, api.secrets.UpdateSecret, {
      secret: { name, [field]: field === "value" ? Buffer.from(text) : text },
      updateMask: { paths: [field] },
    });
  const importAll = (api: Api, parent: string, value: string) => {
    const lines = Array.from({ length: IMPORTED }, (_, index) => `IMPORTED_${index}=${value}`);
    const content = Buffer.from(lines.join("\n"));
    return invoke(api.secrets, api.secrets.ImportSecrets, { parent, content, overwrite: true });
  };

  let count = 0;
  const fresh = (what: string) => {
    count += 1;
    return `${what}-${count}`;
  };
  const times = (number: number, ...writes: readonly Write[]): readonly Write[] =>
    Array.from({ length: number }, () => writes).flat();
  const remove = (secretId: string, purge: boolean) =>
    invoke(alice.secrets, alice.secrets.DeleteSecret, { name: `${SAMPLE.user}/secrets/${secretId}`, purge });
  const undelete = (secretId: string) =>
    invoke(alice.secrets, alice.secrets.UndeleteSecret, { name: `${SAMPLE.user}/secrets/${secretId}` });

  async function round(): Promise<number> {
    const { values, organization, project, user } = SAMPLE;
    const key = (scope: string) => `${scope}/secrets/API_KEY`;
    const kinds = [
      times(SHARES.same, () => update(alice, key(user), "value", values.user)),
      times(SHARES.sameFile, () => update(owner, `${project}/secrets/tls.crt`, "value", values.file)),
      times(SHARES.organization, () => update(owner, key(organization), "value", fresh("shadowed"))),
      times(SHARES.project, () => update(owner, key(project), "value", fresh("shadowed"))),
      times(SHARES.comments, () => update(alice, key(user), "comment", fresh("comment"))),
      times(
        SHARES.undeleted / 2,
        () => remove("GOES", false),
        () => undelete("GOES"),
      ),
      times(
        SHARES.anew / 2,
        () => remove("goes.crt", true),
        () => create("goes.crt", "SECRET_KIND_FILE"),
      ),
      times(SHARES.sameImported / IMPORTED, () => importAll(alice, user, "imported")),
      times(SHARES.shadowedImported / IMPORTED, () => importAll(owner, organization, fresh("shadowed"))),
    ];
    await Promise.all(
      kinds.map(async (writes) => {
        for (const write of writes) await write();
      }),
    );
    return Object.values(SHARES).reduce((sum, each) => sum + each, 0);
  }

  async function restartAgent(): Promise<void> {
    await (agent ?? house.stage.agent).close();
    const { engine, directory } = house.stage;
    const runtime = runtimeTarget(engine, directory);
    agent = await startAgentOf({ server: house.stage.server, engine, directory, runtime, log, pace });
  }

  /** At the addresses it had, with the data it had. */
  async function restartServer(): Promise<void> {
    const { apiAddress, nodeAddress, httpAddress, dataDirectory } = house.stage.server;
    await (server ?? house.stage.server).close();
    const listen = { apiListen: apiAddress, nodeListen: nodeAddress, httpListen: httpAddress };
    server = await startServer(parseServerConfig({ dataDirectory, ...listen }), silentLog);
  }

  const actions = () =>
    logged
      .map((line) => (JSON.parse(line) as { msg: string }).msg)
      .filter((message) => /^(rewrote|restarting|telling|starting)/.test(message));

  test("restart nothing, signal nobody and rewrite no file, ten thousand of them; one with an effect does", async () => {
    const before = { told: await told(), files: await files() };
    let writes = 0;
    for (let done = 0; done < ROUNDS; done += 1) {
      writes += await round();
      if (done % 2 === 0) await restartAgent();
      else await restartServer();
    }
    expect(writes).toBe(10_000);
    // What waits for quiet still, if anything does, comes before what is written now.
    await setEnv(alice, SAMPLE.user, "API_KEY", "another-key");
    await vi.waitFor(async () => expect((await told()).map((lines) => lines.length)).toEqual([2, 2]), {
      timeout: 30_000,
      interval: 200,
    });
    expect((await told()).map(([first]) => [first])).toEqual(before.told);
    expect((await told())[0]?.[1]).toMatch(/^start another-key /);
    expect((await files())[1]).toBe(before.files[1]);
    expect(actions().sort()).toEqual([
      "restarting a container for its new values",
      "telling a container of its new values",
    ]);
  }, 300_000);

  test("to a registry's credentials rewrite its configuration and nothing else", async () => {
    const before = await told();
    logged.length = 0;
    const name = `${SAMPLE.organization}/secrets/example-registry`;
    for (let written = 0; written < REGISTRY_WRITES; written += 1) {
      await update(owner, name, "value", fresh("password"));
    }
    const config = Buffer.from(`robot:password-${count}`).toString("base64");
    await vi.waitFor(async () => {
      for (const id of ids) {
        expect(await docker("exec", id, "cat", "/run/secrets/.docker/config.json")).toContain(config);
      }
    }, 10_000);
    await setEnv(alice, SAMPLE.user, "API_KEY", "a-third-key");
    await vi.waitFor(async () => expect((await told())[0]).toHaveLength(before[0]!.length + 1), {
      timeout: 30_000,
      interval: 200,
    });
    expect(actions().sort()).toEqual([
      "restarting a container for its new values",
      "telling a container of its new values",
    ]);
  });
});
