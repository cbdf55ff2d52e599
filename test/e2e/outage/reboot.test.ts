import { createPublicKey, X509Certificate } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test, vi } from "vitest";
import { releaseRunDirectory } from "../../../agent/runtime/run-directory.ts";
import { childName } from "../../../common/resource-name.ts";
import { openCertificateAuthority } from "../../../controlplane/identity/certificates/ca.ts";
import { issueNodeCertificate } from "../../../controlplane/identity/certificates/node-certificate.ts";
import { SAMPLE } from "../../../tools/stage/sample.ts";
import { engineMissing } from "../../support/engine/engine.ts";
import { useOutageHouse } from "../../support/outage-house.ts";
import { IMAGE } from "../../support/stage.ts";

/*
 * A host that is rebooted while the control plane is down. Everything in memory is gone: containers, the agent, its tmpfs. The agent
 * starts before the engine, and the engine starts what has `restart: always` before it answers any question.
 */

const SCRIPT =
  'echo "$API_KEY $URL $(cat /run/secrets/tls.crt "$DOCKER_CONFIG/config.json" | sha256sum)"; exec sleep 600';
const RESTART = ["--restart", "always"] as const;

describe.skipIf(engineMissing !== undefined)(`a reboot ${engineMissing ?? ""}`, () => {
  const world = useOutageHouse();
  let [labelled, cautious, unlabelled] = ["", "", ""];
  let value = "";
  /** What the labelled container says at each start. */
  let line = "";

  const isRunning = async (id: string) =>
    (await world.house.docker("inspect", "-f", "{{.State.Running}}", id)) === "true";
  const untilRunning = (id: string) =>
    vi.waitFor(async () => expect(await isRunning(id)).toBe(true), { timeout: 45_000, interval: 50 });
  const starts = async (id: string) => (await world.house.docker("logs", id)).split("\n");

  /** What systemd does, in its order: the agent outlives the engine, and comes back before it. */
  async function reboot(end: "stop" | "kill"): Promise<void> {
    const { house } = world;
    await house.engine[end]();
    await house.stopAgent();
    await releaseRunDirectory(house.runDirectory);
    expect(await readdir(house.runDirectory)).toEqual([]);
    house.logged.length = 0;
    await house.startAgent();
    expect(house.messages()).toContain("the agent is ready");
    await house.engine.start();
  }

  beforeAll(async () => {
    const { house } = world;
    value = await house.newValue();
    const reference = ["-e", `URL=https://\${secret:API_KEY}@db`];
    labelled = await house.run(...RESTART, ...reference, IMAGE, "sh", "-c", SCRIPT);
    cautious = await house.run(...RESTART, "-l", "keyhold.on-outage=fail", IMAGE, "sleep", "600");
    unlabelled = await house.docker("run", "-d", ...RESTART, "--runtime", "keyhold", IMAGE, "sleep", "600");
    await vi.waitFor(async () => expect((await starts(labelled))[0]).toContain(value), 10_000);
    [line = ""] = await starts(labelled);
    await house.stopServer();
  });

  test("with the control plane down brings restart: always containers back, with everything they had", async () => {
    const { house } = world;
    await reboot("stop");
    for (const id of [labelled, unlabelled]) await untilRunning(id);
    expect(line).toContain(`${value} https://${value}@db`);
    await vi.waitFor(async () => expect(await starts(labelled)).toEqual([line, line]), 30_000);
    expect(await house.execValue(labelled)).toBe(value);
    const docker = "cat $DOCKER_CONFIG/config.json";
    expect(await house.docker("exec", labelled, "sh", "-c", docker)).toContain(SAMPLE.registry);
  });

  test("leaves down what may not start without the control plane, and says why", async () => {
    expect(await isRunning(cautious)).toBe(false);
    const error = await world.house.docker("inspect", "-f", "{{.State.Error}}", cautious);
    expect(error).toContain("the label keyhold.on-outage=fail forbids the last good values");
  });

  test("that was a power cut, with a certificate that has expired meanwhile, is no different", async () => {
    const { house } = world;
    await expireCertificate();
    await reboot("kill");
    for (const id of [labelled, unlabelled]) await untilRunning(id);
    await vi.waitFor(async () => expect(await starts(labelled)).toEqual([line, line, line]), 30_000);
    expect(house.messages()).toContain("The node's certificate has expired, starting without");
  });

  test("is made up for once the control plane is back: what changed is applied, once, and what was refused is started", async () => {
    const { house } = world;
    const after = await house.changeElsewhere();
    await house.startServer();
    await vi.waitFor(async () => expect(await starts(labelled)).toHaveLength(4), {
      timeout: 45_000,
      interval: 100,
    });
    expect((await starts(labelled))[3]).toContain(after);
    await untilRunning(cautious);
    // Longer than any burst may last.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(await starts(labelled)).toHaveLength(4);
  }, 120_000);

  /** As if the host had been off for two days: the certificate is one that ended then. */
  async function expireCertificate(): Promise<void> {
    const { house } = world;
    const twoDaysAgo = () => Date.now() - 48 * 3_600_000;
    const authority = await openCertificateAuthority(house.stage.server.dataDirectory, twoDaysAgo);
    const key = createPublicKey(await readFile(join(house.stateDirectory, "node.key")));
    const uid = new URL(await uriOf(join(house.stateDirectory, "node.crt"))).searchParams.get("uid") ?? "";
    const node = { ...childName("acme", "nodes", "this-machine"), uid };
    const { pem } = issueNodeCertificate(authority, node, key);
    await writeFile(join(house.stateDirectory, "node.crt"), pem);
  }

  /** Under which a certificate names its node. */
  async function uriOf(path: string): Promise<string> {
    const names = new X509Certificate(await readFile(path)).subjectAltName ?? "";
    return names.slice("URI:".length);
  }
});
