import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "node:tls";
import { loadPackageDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { protoPath } from "grpc-health-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { command, requireProgram, tryCommand } from "../../../common/command.ts";
import { KeyholdError } from "../../../common/errors.ts";
import { serverOnly } from "../../../common/grpc/channel.ts";
import { type Engine, startEngine } from "../../../tools/engine/engine.ts";
import { importBaseImage } from "../../../tools/engine/images.ts";
import { buildImage } from "../../../tools/images/build.ts";
import { importLocalBases } from "../../../tools/images/local-bases.ts";
import { BASE_IMAGE, docker, dockerOutput, engineMissing } from "../../support/engine/engine.ts";

const PROJECT = join(import.meta.dirname, "../../..");
const CONTROL_PLANE = "keyhold/controlplane";
const AGENT = "keyhold/agent";
const DATA = "/var/lib/keyhold";
const OWNER = `export KEYHOLD_SERVER=127.0.0.1:7443 KEYHOLD_CA_FILE=${DATA}/ca.crt KEYHOLD_TOKEN=$(cat ${DATA}/owner-token)`;

describe.skipIf(engineMissing !== undefined)(`the Dockerfile ${engineMissing ?? ""}`, () => {
  let engine: Engine;
  /** What this machine lacks to make base images from what it has. */
  let missing: string | undefined;

  const name = "controlplane";
  const inside = (...args: string[]) => dockerOutput(engine, "exec", name, ...args);
  /** Command lines in the control plane's container, as the owner of the server. */
  const keyhold = (script: string) => inside("sh", "-ec", `${OWNER}\n${script}`);
  const start = (...args: string[]) =>
    dockerOutput(
      engine,
      "run",
      "-d",
      `--name=${name}`,
      "--volume=keys:/var/lib/keyhold",
      "--publish=7443",
      "--health-interval=500ms",
      CONTROL_PLANE,
      ...args,
    );
  const healthy = () =>
    vi.waitFor(
      async () => {
        const state = await dockerOutput(engine, "inspect", "-f", "{{.State.Health.Status}}", name);
        expect(state).toBe("healthy");
      },
      { timeout: 30_000, interval: 100 },
    );
  const remove = async () => {
    const stopped = await docker(engine, "stop", "-t", "20", name);
    const code = await dockerOutput(engine, "inspect", "-f", "{{.State.ExitCode}}", name);
    await docker(engine, "rm", "-f", name);
    return { status: stopped.status, code };
  };

  beforeAll(async () => {
    engine = await startEngine();
    try {
      const bases = await importLocalBases(engine, { node: process.execPath, project: PROJECT });
      const build = { context: PROJECT, arguments: { ...bases } };
      await buildImage(engine, { ...build, target: "controlplane", tag: CONTROL_PLANE });
      await buildImage(engine, { ...build, target: "agent", tag: AGENT });
      await importBaseImage(engine, BASE_IMAGE);
      await start();
      await healthy();
    } catch (thrown) {
      if (!(thrown instanceof KeyholdError && thrown.code === "precondition")) throw thrown;
      missing = thrown.describe();
    }
  }, 300_000);
  beforeEach((context) => context.skip(missing !== undefined, missing));
  afterAll(async () => {
    await engine?.[Symbol.asyncDispose]();
  });

  describe("its control plane", () => {
    test("answers the gRPC health check over TLS, under the CA that it made", async () => {
      const ca = Buffer.from(await inside("cat", `${DATA}/ca.crt`));
      const address = await dockerOutput(engine, "port", name, "7443/tcp");
      expect(await checkHealth(address, ca)).toMatchObject({ status: "SERVING" });
    });

    test("runs as nobody special, with its keys for itself", async () => {
      expect(await inside("id", "-u")).toBe("1000");
      expect(await inside("stat", "-c", "%a %u", DATA)).toBe("700 1000");
      expect(await inside("stat", "-c", "%a", `${DATA}/owner-token`)).toBe("600");
    });

    test("serves the console, which was bundled in the image", async () => {
      const script = `fetch("http://127.0.0.1:7480/", { headers: { accept: "text/html" } })
        .then(async (answer) => console.log(answer.status, /assets\\/index-/.test(await answer.text())))`;
      expect(await inside("node", "-e", script)).toBe("200 true");
    });

    test("has the command line, for docker exec", async () => {
      const answer = await keyhold("keyhold --json org create tools");
      expect(JSON.parse(answer)).toMatchObject({ name: "organizations/tools" });
    });

    test("ends in good order, and the next one goes on with the volume and takes further flags", async () => {
      const fingerprint = () => inside("sha256sum", `${DATA}/ca.crt`, `${DATA}/owner-token`);
      const before = await fingerprint();
      expect(await remove()).toEqual({ status: 0, code: "0" });
      await start("--name", "keyhold.example.com");
      await healthy();
      expect(await fingerprint()).toBe(before);
      const address = await dockerOutput(engine, "port", name, "7443/tcp");
      const ca = await inside("cat", `${DATA}/ca.crt`);
      expect(await namesShownAt(address, ca)).toContain("DNS:keyhold.example.com");
    });
  });

  describe("its agent", () => {
    test("knows its flags", async () => {
      const help = await dockerOutput(engine, "run", "--rm", AGENT, "--help");
      expect(help).toContain("keyhold agent start");
      expect(help).toContain("--join <token>");
    });

    test("refuses to start with a join token that is none, and says so", async () => {
      const run = await docker(engine, "run", "--rm", AGENT, "--server", "127.0.0.1:1", "--join", "none");
      expect(run.status).toBe(2);
      expect(run.stderr).toContain("the join token is mistyped");
    });

    test("brings a helper that runs on the host without any library", async () => {
      const helper = await copyHelper(engine, join(engine.directory, "bare-helper"));
      const linked = await tryCommand("ldd", [helper]);
      expect(linked.stdout + linked.stderr).toMatch(/not a dynamic executable|statically linked/);
      writeFileSync(`${helper}.conf`, `runtime=${requireProgram("runc")}\n`);
      expect(await command("sh", ["-c", `${helper} --version`])).toMatch(/^runc version/);
    });

    test("gives a labelled container its secrets from inside a container, as docs/containers.md has it", async () => {
      const run = await sharedDirectory(engine);
      await registerRuntime(engine, run);
      await keyhold("keyhold org create acme; keyhold project create acme/web");
      await keyhold("printf first | keyhold secret set acme/projects/web API_KEY");
      const { joinToken } = JSON.parse(await keyhold("keyhold --json node join-token acme --project web"));
      const mounts = [
        "--volume=/tmp:/tmp:ro",
        `--volume=${engine.directory}:${engine.directory}`,
        `--mount=type=bind,source=${run},target=${run},bind-propagation=rshared`,
      ];
      const rights = ["--cap-add=SYS_ADMIN", "--security-opt=apparmor=unconfined"];
      // In the control plane's network, whose certificate is for 127.0.0.1 in any case.
      const start = ["run", "-d", "--name=agent", `--network=container:${name}`, ...rights, ...mounts, AGENT];
      const flags = ["--run-dir", join(run, "keyhold"), "--docker-socket", engine.socket];
      await dockerOutput(engine, ...start, "--server=127.0.0.1:7443", `--join=${joinToken}`, ...flags);

      const labels = ["--label=keyhold.project=acme/web", "--label=keyhold.stop-timeout=1"];
      const labelled = ["--runtime=keyhold", ...labels, "--name=web", BASE_IMAGE];
      await dockerOutput(engine, "run", "-d", ...labelled, "sh", "-c", "echo $API_KEY; exec sleep 600");
      const shown = () => dockerOutput(engine, "logs", "web");
      await vi.waitFor(async () => expect(await shown()).toBe("first"), { timeout: 10_000 });
      await keyhold("printf second | keyhold secret set acme/projects/web API_KEY");
      await vi.waitFor(async () => expect(await shown()).toBe("first\nsecond"), { timeout: 25_000 });
      expect(await dockerOutput(engine, "exec", "web", "sh", "-c", "echo $API_KEY")).toBe("second");
      await dockerOutput(engine, "stop", "agent");
      expect(await dockerOutput(engine, "inspect", "-f", "{{.State.ExitCode}}", "agent")).toBe("0");
    });
  });

  test.for([
    { image: CONTROL_PLANE, has: "controlplane", lacks: "agent" },
    { image: AGENT, has: "agent", lacks: "controlplane" },
  ])("$image holds what runs and nothing else", async ({ image, has, lacks }) => {
    const list = ["run", "--rm", "--entrypoint=sh", image, "-c"];
    const files = (await dockerOutput(engine, ...list, "find /opt /usr /var -xdev -type f")).split("\n");
    expect(files).toContain(`/opt/keyhold/${has}/config.ts`);
    const unwanted = [
      `/opt/keyhold/${lacks}/`,
      "/opt/keyhold/proto/gen/",
      "/opt/keyhold/test/",
      "/opt/keyhold/tools/",
      "/node_modules/vitest/",
      "/node_modules/typescript/",
      "/node_modules/vite/",
      "/node_modules/react/",
      "/bin/npm",
      "/_cacache/",
      "/cc1",
    ];
    expect(files.filter((file) => unwanted.some((part) => file.includes(part)))).toEqual([]);
  });

  test("the public images are the default, in place of the ones made here", () => {
    const text = readFileSync(join(PROJECT, "Dockerfile"), "utf8");
    expect([...text.matchAll(/^ARG (\S+)$/gm)].map((match) => match[1])).toEqual([
      "BUILD_IMAGE=node:26-bookworm",
      "RUN_IMAGE=node:26-bookworm-slim",
    ]);
  });
});

/** The runtime helper of the agent's image, on the host. */
async function copyHelper(engine: Engine, path: string): Promise<string> {
  const container = await dockerOutput(engine, "create", AGENT);
  await dockerOutput(engine, "cp", `${container}:/opt/keyhold/libexec/keyhold-runtime`, path);
  await dockerOutput(engine, "rm", container);
  return path;
}

/** What /run is on a host with systemd: a tmpfs whose mounts are seen on both sides. It ends with the engine. */
async function sharedDirectory(engine: Engine): Promise<string> {
  const path = join(engine.directory, "host-run");
  mkdirSync(path);
  await command("mount", ["-t", "tmpfs", "-o", "mode=0755", "host-run", path]);
  await command("mount", ["--make-shared", path]);
  return path;
}

/** The three steps of docs/containers.md: the helper, its settings, the engine's configuration. */
async function registerRuntime(engine: Engine, run: string): Promise<void> {
  const helper = await copyHelper(engine, join(engine.directory, "keyhold-runtime"));
  const settings = { socket: join(run, "keyhold/runtime.sock"), data_root: engine.dataRoot };
  const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}\n`);
  writeFileSync(`${helper}.conf`, lines.join(""));
  const daemon = JSON.parse(readFileSync(engine.configFile, "utf8"));
  writeFileSync(engine.configFile, JSON.stringify({ ...daemon, runtimes: { keyhold: { path: helper } } }));
  await engine.reload();
}

/** The names in the certificate of a TLS server, which has to be under this CA. */
async function namesShownAt(address: string, ca: string): Promise<string> {
  const [host = "", port] = address.split(":");
  const socket = connect({ host, port: Number(port), ca });
  try {
    await once(socket, "secureConnect");
    return socket.getPeerCertificate().subjectaltname ?? "";
  } finally {
    socket.destroy();
  }
}

/** `grpc.health.v1.Health/Check` for the whole server. */
function checkHealth(address: string, ca: Buffer): Promise<unknown> {
  const definition = loadSync(protoPath, { enums: String, keepCase: true });
  // biome-ignore lint/suspicious/noExplicitAny: the package ships the proto file, without types of its own
  const { Health } = (loadPackageDefinition(definition) as any).grpc.health.v1;
  const channel = serverOnly(address, ca);
  const client = new Health(address, channel.credentials, channel.options);
  return new Promise((resolve, reject) => {
    client.Check(
      { service: "" },
      { deadline: Date.now() + 10_000 },
      (error: Error | null, answer: unknown) => {
        client.close();
        if (error === null) resolve(answer);
        else reject(error);
      },
    );
  });
}
