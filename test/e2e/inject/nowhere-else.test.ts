import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { invoke } from "../../../common/grpc/invoke.ts";
import { createLog } from "../../../common/log.ts";
import type { SecretKind } from "../../../proto/gen/keyhold/v1/SecretKind.ts";
import { runtimeTarget } from "../../../tools/stage/runtime.ts";
import { SAMPLE } from "../../../tools/stage/sample.ts";
import { keyhold } from "../../integration/cli/process.ts";
import { engineMissing } from "../../support/engine/engine.ts";
import { RuntimeWorld } from "../../support/runtime-world.ts";
import { filesWith, formsIn } from "../../support/search.ts";
import { IMAGE, useStage } from "../../support/stage.ts";
import { Canary, configure, Daemon, MAY_DUMP, ProcessSightings } from "./nowhere-world.ts";

/*
 * A long life of a few containers, whose every value has a canary in it; then a search for it everywhere but in the containers
 * themselves, in the memory file systems and in the memory of processes. A second canary is in what is no secret (names, labels, an
 * ordinary variable, the ordinary output of a container): the search has to find that one in the same places.
 */

const secret = new Canary();
const control = new Canary();

describe.skipIf(engineMissing !== undefined)(`a secret's value ${engineMissing ?? ""}`, () => {
  const lines: string[] = [];
  const log = createLog({ level: "debug", name: "both", write: (line) => void lines.push(line) });
  const house = useStage({ log });
  const began = Date.now();
  const workspace = `ws-${control.text}`;
  const labels = ["--runtime", "keyhold", "-l", `keyhold.workspace=acme/${workspace}`];
  const sightings = new ProcessSightings(
    new Map([
      ["secret", secret.forms],
      ["control", control.forms],
    ]),
  );
  /** What people and programs were told on the way. */
  const told: string[] = [];
  let daemons: readonly Daemon[] = [];
  let coreDirectory: string;

  async function store(kind: SecretKind, id: string, more: Record<string, unknown> = {}): Promise<string> {
    const { owner } = house.people;
    const value = secret.value();
    await invoke(owner.secrets, owner.secrets.UpdateSecret, {
      secret: { name: `${SAMPLE.project}/secrets/${id}`, kind, value: Buffer.from(value), ...more },
      updateMask: { paths: ["value", ...Object.keys(more)] },
      allowMissing: true,
    });
    return value;
  }
  const name = (id: string) => `${SAMPLE.project}/secrets/${id}`;
  const shows = (container: string, ...command: string[]) =>
    house.stage.docker("exec", container, ...command);
  const untilShows = (container: string, script: string, expected: string) =>
    vi.waitFor(async () => expect(await shows(container, "sh", "-c", script)).toBe(expected), {
      timeout: 20_000,
      interval: 50,
    });
  const untilStarted = (container: string, value: string) =>
    untilShows(container, "tr '\\0' '\\n' < /proc/1/environ | sed -n 's/^TOKEN=//p'", value);
  const signedIn = (token: string) => {
    const { apiAddress, caFile } = house.stage.server;
    return { KEYHOLD_SERVER: apiAddress, KEYHOLD_CA_FILE: caFile, KEYHOLD_TOKEN: token };
  };
  /** A call that fails, and whatever the caller is told. */
  async function fails(call: Promise<unknown>): Promise<void> {
    const error = await call.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(Error);
    const { message, stack = "", details } = error as Error & { details?: unknown };
    told.push(message, stack, JSON.stringify(details ?? ""));
  }

  beforeAll(async () => {
    const { stage, people } = house;
    coreDirectory = await mkdtemp(join(tmpdir(), "keyhold-cores-"));
    await configure(stage.engine, { debug: true });
    await invoke(people.owner.workspaces, people.owner.workspaces.CreateWorkspace, {
      parent: SAMPLE.organization,
      workspaceId: workspace,
      workspace: { owner: SAMPLE.user, project: SAMPLE.project },
    });
    const first = await storeAll();
    await startContainers(first);
    await failInManyWays();
    await changeValues();
    await restartEverything();
    await changeValues();
    await rollBackAndDelete();
    await stage.docker("commit", "web", "keyhold/committed");
    await stage.docker("exec", "web", "sh", "-c", `echo ${control.text} > /root/note`);
    await stage.docker("commit", "--change", `LABEL note=${control.text}`, "web", "keyhold/noted");
  }, 180_000);
  afterAll(async () => {
    sightings.end();
    for (const daemon of daemons) await daemon.end("SIGKILL");
    await rm(coreDirectory, { recursive: true, force: true });
  });

  async function storeAll(): Promise<string> {
    const token = await store("SECRET_KIND_ENV", "TOKEN");
    await store("SECRET_KIND_FILE", "private.key");
    await store("SECRET_KIND_FILE", "conf", { path: "/etc/app/app.conf" });
    await store("SECRET_KIND_REGISTRY", "hub", { registry: "registry.example.org", username: "robot" });
    await store("SECRET_KIND_OPAQUE", "seed");
    return token;
  }

  async function startContainers(token: string): Promise<void> {
    const { docker } = house.stage;
    const notes = ["--name", "web", "-l", `note=${control.text}`, "-e", `NOTE=${control.text}`];
    const more = ["-e", `URL=app:${reference("TOKEN")}@db`, "-l", "keyhold.stop-timeout=0"];
    const script = 'echo "$NOTE"; exec sleep 600';
    await docker("run", "-d", ...notes, ...more, ...labels, IMAGE, "sh", "-c", script);
    const files = ["--name", "files", "-l", "keyhold.on-change=files"];
    await docker("run", "-d", ...files, ...labels, IMAGE, "sleep", "600");
    await untilStarted("web", token);
    expect(await shows("files", "cat", "/run/secrets/private.key", "/etc/app/app.conf")).toContain(
      secret.text,
    );
    // A process of the host that is looked at while it lives.
    await docker.try("exec", "-e", `NOTE=${control.text}`, "web", "sleep", "0.1");
  }

  async function failInManyWays(): Promise<void> {
    const { docker } = house.stage;
    const attempts = [
      ["run", "--rm", ...labels, "-l", "keyhold.secrets=TOKEN,MISSING", IMAGE, "true"],
      ["run", "--rm", ...labels, "-e", `URL=${reference("TOKEN")}${reference("MISSING")}`, IMAGE, "true"],
      ["run", "--rm", ...labels, "-v", `/run/secrets/${control.text}`, IMAGE, "true"],
      ["run", "--rm", ...labels, IMAGE, `/no/such/${control.text}`],
      ["run", "--rm", ...labels, "-w", "/etc/passwd", IMAGE, "true"],
      ["exec", "web", "/no/such/program"],
      ["exec", "-u", "nobody-here", "web", "true"],
    ];
    for (const attempt of attempts) {
      const { status, stderr } = await docker.try(...attempt);
      expect([attempt, status]).not.toEqual([attempt, 0]);
      told.push(stderr);
    }
    await failToWrite();
  }

  async function failToWrite(): Promise<void> {
    const { owner, alice, aliceToken } = house.people;
    const { secrets } = owner;
    const parent = SAMPLE.project;
    const written = (secretId: string, value: string, kind: SecretKind = "SECRET_KIND_ENV", more = {}) =>
      invoke(secrets, secrets.CreateSecret, {
        parent,
        secretId,
        secret: { kind, value: Buffer.from(value), ...more },
      });
    await fails(written("TOKEN", secret.value()));
    await fails(written("no good name", secret.value()));
    await fails(written("NUL", `${secret.value()}\0`));
    await fails(written("LONG", secret.value().repeat(5_000)));
    await fails(written("place", secret.value(), "SECRET_KIND_FILE", { path: "relative" }));
    await fails(written("docker", secret.value(), "SECRET_KIND_REGISTRY", { registry: "not a host" }));
    await fails(invoke(alice.secrets, alice.secrets.AccessSecret, { name: name("seed") }));
    const accessed = await invoke(secrets, secrets.AccessSecret, { name: name("seed") });
    expect(accessed.value.toString()).toContain(secret.text);
    const environment = signedIn(aliceToken);
    for (const words of [
      ["secret", "set", "acme/projects/web", "TOKEN"],
      ["secret", "set", "acme/nowhere", control.text],
      ["secret", "import", "acme/users/alice", "/dev/stdin"],
      ["secret", "import", "acme/users/alice", "/dev/stdin", "--dry-run"],
    ]) {
      const stdin = `GOOD=${secret.value()}\nnot a line ${secret.value()}\nOPEN="${secret.value()}`;
      const { code, stdout, stderr } = await keyhold(words, { environment, stdin });
      expect([words, code]).not.toEqual([words, 0]);
      told.push(stdout, stderr);
    }
  }

  async function changeValues(): Promise<void> {
    const key = await store("SECRET_KIND_FILE", "private.key");
    const conf = await store("SECRET_KIND_FILE", "conf");
    await store("SECRET_KIND_REGISTRY", "hub");
    const token = await store("SECRET_KIND_ENV", "TOKEN");
    await untilShows("files", "cat /run/secrets/private.key /etc/app/app.conf", `${key}${conf}`);
    await untilStarted("web", token);
    await house.stage.docker("restart", "-t", "0", "files");
    await untilStarted("files", token);
  }

  /** From here on both are processes of their own. */
  async function restartEverything(): Promise<void> {
    const { agent, server, engine, directory } = house.stage;
    await agent.close();
    await server.close();
    const listen = [
      ["--api-listen", server.apiAddress],
      ["--node-listen", server.nodeAddress],
      ["--http-listen", server.httpAddress],
    ].flat();
    const { runDirectory } = runtimeTarget(engine, directory);
    daemons = [
      new Daemon(coreDirectory, "server", "start", "--data", join(directory, "server"), ...listen),
      new Daemon(
        coreDirectory,
        ...["agent", "start", "--state", join(directory, "agent")],
        ...["--run-dir", runDirectory, "--docker-socket", engine.socket],
      ),
    ];
    for (const daemon of daemons) await daemon.up();
  }

  async function rollBackAndDelete(): Promise<void> {
    const { secrets } = house.people.owner;
    const before = await shows("web", "sh", "-c", 'echo "$TOKEN"');
    await invoke(secrets, secrets.RollbackSecret, { name: name("TOKEN"), version: 1 });
    await vi.waitFor(
      async () => {
        const now = await shows("web", "sh", "-c", 'echo "$TOKEN"');
        expect(now).toContain(secret.text);
        expect(now).not.toBe(before);
      },
      { timeout: 20_000, interval: 50 },
    );
    await invoke(secrets, secrets.DeleteSecret, { name: name("private.key") });
    await invoke(secrets, secrets.DeleteSecret, { name: name("conf"), purge: true });
    await untilShows("files", "ls /run/secrets", "tls.crt");
  }

  /** Everything that is not memory, and what of it holds a text. */
  const places: Readonly<Record<string, (canary: Canary) => Promise<readonly string[]>>> = {
    "docker inspect": async ({ forms }) => {
      const { docker } = house.stage;
      return formsIn(await docker("inspect", "web", "files", "keyhold/committed", "keyhold/noted"), forms);
    },
    "the engine's events": async ({ forms }) =>
      formsIn(await house.stage.docker("events", "--since", "1h", "--until", "0s"), forms),
    "what containers have printed": async ({ forms }) =>
      formsIn(await house.stage.docker("logs", "web"), forms),
    "the files of a container": async (canary) => inArchive(canary, "export", "web"),
    "an image made of a container": async (canary) =>
      canary === secret
        ? inArchive(canary, "save", "keyhold/committed")
        : inArchive(canary, "save", "keyhold/noted"),
    "the engine's data, containers and volumes": ({ forms }) =>
      filesWith(dirname(house.stage.engine.dataRoot), forms),
    "the engine's logs and configuration": ({ forms }) => {
      const { engine, directory } = house.stage;
      const { runDirectory } = runtimeTarget(engine, directory);
      const base = dirname(engine.socket);
      return filesWith(base, forms, { skip: [runDirectory, join(base, "memory")] });
    },
    "the logs of agent and server": async ({ forms }) =>
      [...lines, ...daemons.map((each) => each.output)].flatMap((text) => formsIn(text, forms)),
    "the server's database and its journal": ({ forms }) =>
      filesWith(join(house.stage.directory, "server"), forms),
    "the metrics and the audit log": async ({ forms }) => {
      const { server } = house.stage;
      const metrics = await (await fetch(`http://${server.httpAddress}/metrics`)).text();
      expect(metrics).toContain("keyhold_");
      const environment = signedIn((await readFile(server.ownerTokenFile, "utf8")).trim());
      const audit = await keyhold(["audit", "export", "acme"], { environment });
      expect([audit.code, audit.stderr]).toEqual([0, ""]);
      return [metrics, audit.stdout].flatMap((text) => formsIn(text, forms));
    },
    "what people were told": async ({ forms }) => told.flatMap((text) => formsIn(text, forms)),
  };

  async function inArchive({ forms }: Canary, ...command: readonly string[]): Promise<readonly string[]> {
    const archive = join(coreDirectory, "archive.tar");
    await house.stage.docker(...command, "-o", archive);
    const found = formsIn(await readFile(archive), forms);
    await rm(archive);
    return found;
  }

  test.each(Object.keys(places))("is not in %s, where other texts are found", async (place) => {
    expect(await places[place]?.(control)).not.toEqual([]);
    expect(await places[place]?.(secret)).toEqual([]);
  });

  test("is not in the agent's state directory, beside the node's key", async () => {
    const state = join(house.stage.directory, "agent");
    expect(await filesWith(state, secret.forms)).toEqual([]);
    await writeFile(join(state, "planted"), control.value());
    expect(await filesWith(state, control.forms)).toHaveLength(1);
    await rm(join(state, "planted"));
  });

  test("is not in a temporary directory", async () => {
    const places = [...new Set(["/tmp", "/var/tmp", tmpdir()])];
    await writeFile(join(coreDirectory, "planted"), Buffer.from(control.value()).toString("base64"));
    const search = async (canary: Canary) =>
      (await Promise.all(places.map((place) => filesWith(place, canary.forms, { since: began })))).flat();
    expect(await search(control)).toContainEqual(expect.stringContaining("planted (base64"));
    expect(await search(secret)).toEqual([]);
    // Other programs write there too, and what they write is read as well.
  }, 180_000);

  test("was on no command line and in no environment outside of the containers", () => {
    sightings.look();
    expect(sightings.found.get("control")).not.toEqual([]);
    expect([...sightings.programs]).toEqual(
      expect.arrayContaining(["dockerd", "containerd", "docker", "keyhold-runtime"]),
    );
    expect(sightings.found.get("secret")).toEqual([]);
  });

  test("is in memory only as long as its containers: nothing is left when they are removed", async () => {
    const { docker, engine, directory } = house.stage;
    const { runDirectory } = runtimeTarget(engine, directory);
    const memory = join(dirname(engine.socket), "memory");
    expect(await filesWith(runDirectory, secret.forms)).not.toEqual([]);
    expect(await filesWith(memory, secret.forms)).not.toEqual([]);
    await docker("rm", "-f", "web", "files");
    await vi.waitFor(async () => expect(await readdir(join(runDirectory, "containers"))).toEqual([]), {
      timeout: 10_000,
      interval: 50,
    });
    expect(await filesWith(dirname(engine.socket), secret.forms)).toEqual([]);
    expect(await filesWith(dirname(engine.dataRoot), secret.forms)).toEqual([]);
  });

  describe("is in no core file", () => {
    const newDirectory = (prefix: string) => mkdtemp(join(coreDirectory, prefix));
    const cores = async (directory: string) =>
      (await readdir(directory)).filter((each) => each.startsWith("core"));
    /** A program that may dump its core where it is started. */
    const spawnIn = (directory: string, ...words: readonly string[]) =>
      spawn("sh", ["-c", `${MAY_DUMP} && exec "$@"`, "sh", ...words], { cwd: directory, stdio: "ignore" });

    test("though other programs write one where these are tried", async () => {
      const directory = await newDirectory("other-");
      const sleeper = spawnIn(directory, "sleep", "600");
      await vi.waitFor(() => expect(limitsOf(sleeper.pid)).toMatch(/core file size +unlimited/), 5_000);
      await vi.waitFor(async () => expect(await programOf(sleeper.pid)).toBe("sleep"), 5_000);
      sleeper.kill("SIGABRT");
      await once(sleeper, "exit");
      // Where the kernel is told to put them elsewhere, or to give them to a program, the other tests say less.
      const here = !/^[|/]/.test(await readFile("/proc/sys/kernel/core_pattern", "utf8"));
      expect((await cores(directory)).length > 0).toBe(here);
    });

    test("of the runtime helper", async () => {
      await using world = await RuntimeWorld.create();
      const asked = Promise.withResolvers<void>();
      await using _agent = await world.impostor(() => asked.resolve());
      const directory = await newDirectory("helper-");
      const id = await world.labelled();
      const helper = spawnIn(directory, world.helper, "create", "--bundle", directory, id);
      await asked.promise;
      expect(await programOf(helper.pid)).toBe("keyhold-runtime");
      helper.kill("SIGABRT");
      await once(helper, "exit");
      expect(helper.signalCode).toBe("SIGABRT");
      expect(await cores(directory)).toEqual([]);
    });

    test("of agent and server", async () => {
      for (const { pid } of daemons) {
        expect(limitsOf(pid)).toMatch(/core file size +0 +0 /);
        expect((await readFile(`/proc/${pid}/coredump_filter`, "utf8")).trim()).toMatch(/^0+$/);
      }
      for (const daemon of daemons) await daemon.end("SIGABRT");
      expect(daemons.map((each) => each.child.signalCode)).toEqual(["SIGABRT", "SIGABRT"]);
      expect(await cores(coreDirectory)).toEqual([]);
    });
  });
});

async function programOf(pid: number | undefined): Promise<string | undefined> {
  const line = await readFile(`/proc/${pid}/cmdline`, "utf8");
  return line.split("\0")[0]?.split("/").at(-1);
}

function limitsOf(pid: number | undefined): string {
  return readFileSync(`/proc/${pid}/limits`, "utf8");
}

/** As one writes it in an environment value. */
function reference(id: string): string {
  return `\${secret:${id}}`;
}
