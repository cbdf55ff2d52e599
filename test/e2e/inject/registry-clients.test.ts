import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { command, requireProgram } from "../../../common/command.ts";
import { invoke } from "../../../common/grpc/invoke.ts";
import { importImage } from "../../../tools/engine/images.ts";
import { type Registry, startRegistry } from "../../../tools/engine/registry.ts";
import type { DockerAnswer } from "../../../tools/stage/docker.ts";
import { runtimeTarget } from "../../../tools/stage/runtime.ts";
import { SAMPLE } from "../../../tools/stage/sample.ts";
import { engineMissing } from "../../support/engine/engine.ts";
import { IMAGE, useStage } from "../../support/stage.ts";

/*
 * What registry clients make of the configuration that DOCKER_CONFIG names in a container: Docker's own command line and skopeo, both
 * of this machine, mounted into the container with their libraries. The registries are real and want a password.
 *
 * `docker pull` in a container asks the engine, whose socket is mounted; skopeo talks to the registry itself, in the host's network.
 */

const ROBOT = { user: "robot", password: 'pass: word/+"é' };
const OWN = `${SAMPLE.project}/secrets/own-registry`;
const OTHER = { user: "other", password: "another password" };

describe.skipIf(engineMissing !== undefined)(`registry clients in a container ${engineMissing ?? ""}`, () => {
  const house = useStage();
  let registries: readonly Registry[] = [];
  const first = () => registries[0]?.host ?? "";
  const imageOf = (host: string, tag = "1") => `${host}/team/app:${tag}`;

  beforeAll(async () => {
    const engine = { directory: dirname(house.stage.engine.socket) };
    const start = () => startRegistry({ engine, ...ROBOT, others: [OTHER] });
    registries = await Promise.all([start(), start(), start()]);
    for (const { host } of registries) await push(host);
    const { owner } = house.people;
    await invoke(owner.workspaces, owner.workspaces.CreateWorkspace, {
      parent: SAMPLE.organization,
      workspaceId: "ws-2",
      workspace: { owner: SAMPLE.user, project: SAMPLE.project },
    });
  });
  afterAll(async () => {
    for (const registry of registries) await registry[Symbol.asyncDispose]();
  });
  afterEach(async () => {
    const { docker } = house.stage;
    const left = await docker("ps", "-aq");
    if (left !== "") await docker("rm", "-f", ...left.split("\n"));
    for (const name of [...stored]) await remove(name);
  });

  /** A small image, with a person's own login. */
  async function push(host: string): Promise<void> {
    const { engine, directory } = house.stage;
    const config = join(directory, "client");
    await mkdir(config, { recursive: true });
    const auth = Buffer.from(`${ROBOT.user}:${ROBOT.password}`).toString("base64");
    await writeFile(join(config, "config.json"), JSON.stringify({ auths: { [host]: { auth } } }));
    const content = [{ kind: "file", path: "content", mode: 0o644, content: host }] as const;
    await importImage(engine, imageOf(host), content, []);
    await command("docker", ["--config", config, "-H", `unix://${engine.socket}`, "push", imageOf(host)]);
  }

  const stored = new Set<string>();
  /** As whoever may write there. */
  const secretsOf = (name: string) =>
    (name.includes("/workspaces/") ? house.people.alice : house.people.owner).secrets;

  async function store(name: string, registry: string, { user, password } = ROBOT): Promise<void> {
    stored.add(name);
    const secrets = secretsOf(name);
    await invoke(secrets, secrets.UpdateSecret, {
      secret: {
        name,
        kind: "SECRET_KIND_REGISTRY",
        registry,
        username: user,
        value: Buffer.from(password),
      },
      allowMissing: true,
    });
  }

  async function remove(name: string): Promise<void> {
    stored.delete(name);
    const secrets = secretsOf(name);
    await invoke(secrets, secrets.DeleteSecret, { name, purge: true });
  }

  /** A container that goes on, with both clients in it. */
  function start(workspace: string, socket = house.stage.engine.socket): Promise<string> {
    const programs = ["docker", "skopeo"].map((name) => `${requireProgram(name)}:/${name}`);
    const libraries = ["/lib", "/lib64", "/usr/lib"].filter((path) => existsSync(path));
    const mounts = [...programs, ...libraries.map((path) => `${path}:${path}`)].flatMap((bind) => [
      "-v",
      `${bind}:ro`,
    ]);
    const engine = ["-v", `${socket}:/engine.sock`, "-e", "DOCKER_HOST=unix:///engine.sock"];
    const labels = ["--runtime", "keyhold", "-l", `keyhold.workspace=acme/${workspace}`];
    return house.stage.docker(
      "run",
      "-d",
      "--network",
      "host",
      ...mounts,
      ...engine,
      ...labels,
      IMAGE,
      "sleep",
      "600",
    );
  }

  const inside = (container: string, ...words: string[]) =>
    house.stage.docker.try("exec", container, ...words);
  const skopeo = (container: string, image: string) =>
    inside(container, "/skopeo", "inspect", "--tls-verify=false", `docker://${image}`);
  /** The same image, asked for with both. */
  const pullWithBoth = (container: string, image: string) =>
    Promise.all([inside(container, "/docker", "pull", image), skopeo(container, image)]);
  const REFUSED = expect.objectContaining({
    status: expect.toSatisfy((status) => status !== 0, "a failure") as number,
    stderr: expect.stringMatching(/no basic auth credentials|unauthorized|authentication required/) as string,
  }) as DockerAnswer;
  const TAKEN = expect.objectContaining({ status: 0 }) as DockerAnswer;

  async function untilBoth(container: string, image: string, expected: DockerAnswer): Promise<void> {
    await vi.waitFor(async () => expect(await pullWithBoth(container, image)).toEqual([expected, expected]), {
      timeout: 15_000,
      interval: 20,
    });
  }

  /** The configuration as it lies on the agent's tmpfs, for looking at it without starting a process. */
  function configOf(container: string): Promise<string> {
    const { runDirectory } = runtimeTarget(house.stage.engine, house.stage.directory);
    const path = join(runDirectory, "containers", container, "secrets/.docker/config.json");
    return readFile(path, "utf8");
  }

  test("are refused before the secret is written, served after, and refused within 1 s of its deletion, without a restart", async () => {
    const { docker } = house.stage;
    const id = await start("ws-1");
    const startedAt = () => docker("inspect", "-f", "{{.State.StartedAt}} {{.RestartCount}}", id);
    const before = await startedAt();
    const image = imageOf(first());
    expect(await pullWithBoth(id, image)).toEqual([REFUSED, REFUSED]);

    await store(OWN, first());
    await untilBoth(id, image, TAKEN);

    await remove(OWN);
    await vi.waitFor(async () => expect(await configOf(id)).not.toContain(first()), {
      timeout: 1_000,
      interval: 5,
    });
    expect(await pullWithBoth(id, image)).toEqual([REFUSED, REFUSED]);
    expect(await startedAt()).toBe(before);
  });

  test("get the new password when it is changed, without a restart", async () => {
    await store(OWN, first(), { ...ROBOT, password: "mistyped" });
    const id = await start("ws-1");
    expect(await pullWithBoth(id, imageOf(first()))).toEqual([REFUSED, REFUSED]);
    await store(OWN, first());
    await untilBoth(id, imageOf(first()), TAKEN);
  });

  test("are served by three registries at once, each with its own credentials", async () => {
    const users = [ROBOT, OTHER, ROBOT];
    for (const [index, { host }] of registries.entries()) {
      await store(`${SAMPLE.project}/secrets/registry-${index}`, host, users[index]);
    }
    const id = await start("ws-1");
    const answers = await Promise.all(registries.map(({ host }) => pullWithBoth(id, imageOf(host))));
    expect(answers).toEqual(registries.map(() => [TAKEN, TAKEN]));
    expect(registries[1]?.served()).toContain(OTHER.user);
  });

  test("of two workspaces on one host use different credentials for the same registry", async () => {
    const [one, two] = ["ws-1", "ws-2"].map(
      (id) => `${SAMPLE.organization}/workspaces/${id}/secrets/own`,
    ) as [string, string];
    const host = registries[2]?.host ?? "";
    await store(one, host, ROBOT);
    await store(two, host, OTHER);
    const [robot, other] = await Promise.all([start("ws-1"), start("ws-2")]);
    const login = async (container: string) =>
      (await inside(container, "/skopeo", "login", "--get-login", host)).stdout;
    expect([await login(robot), await login(other)]).toEqual(["robot\n", "other\n"]);
    const answers = await Promise.all(
      [robot, other, robot, other].map((id) => pullWithBoth(id, imageOf(host))),
    );
    expect(answers).toEqual(answers.map(() => [TAKEN, TAKEN]));
    expect([...(registries[2]?.served() ?? [])].sort()).toEqual(["other", "robot"]);

    await store(two, host, { ...OTHER, password: "mistyped" });
    await untilBoth(other, imageOf(host), REFUSED);
    expect(await pullWithBoth(robot, imageOf(host))).toEqual([TAKEN, TAKEN]);
  });

  test("are all served, 50 at the same time", async () => {
    await store(OWN, first());
    const id = await start("ws-1");
    // In one shell: fifty clients of the engine would be what is tried then.
    const image = imageOf(first());
    const script = `
      for i in $(seq 25); do
        ( /docker pull -q ${image} > /dev/null && echo pulled ) &
        ( /skopeo copy -q --insecure-policy --src-tls-verify=false docker://${image} dir:/tmp/$i && cat /tmp/$i/version > /dev/null && echo pulled ) &
      done
      wait`;
    const { stdout, stderr } = await inside(id, "sh", "-c", script);
    expect(stderr).toBe("");
    expect(stdout).toBe("pulled\n".repeat(50));
  });

  test("find Docker Hub's entry under the key that they look for, whatever name the secret has for it", async () => {
    const sent: string[] = [];
    const fake = createServer((request, response) => {
      const header = request.headers["x-registry-auth"];
      if (typeof header === "string") sent.push(Buffer.from(header, "base64url").toString());
      response.setHeader("api-version", "1.41");
      response.statusCode = request.url?.includes("/images/create") === true ? 404 : 200;
      response.end(JSON.stringify({ message: "this is no engine" }));
    });
    const socket = join(dirname(house.stage.engine.socket), "no-engine.sock");
    await new Promise<void>((resolve) => fake.listen(socket, resolve));
    for (const [name, user] of [
      ["docker.io", "by name"],
      ["https://index.docker.io/v1/", "by key"],
    ] as const) {
      await store(`${SAMPLE.project}/secrets/hub`, name, { user, password: "hub password" });
      const id = await start("ws-1", socket);
      await inside(id, "/docker", "pull", "library/alpine");
      const credentials = JSON.parse(sent.at(-1) ?? "{}") as unknown;
      expect(credentials).toMatchObject({ username: user, password: "hub password" });
      const login = await inside(id, "/skopeo", "login", "--get-login", "docker.io");
      expect(login.stdout).toBe(`${user}\n`);
    }
    await new Promise((resolve) => fake.close(resolve));
  });

  test("have no configuration without a registry secret; once there is one, docker exec and the next start have it", async () => {
    const { docker } = house.stage;
    const sample = `${SAMPLE.organization}/secrets/example-registry`;
    const { secrets } = house.people.owner;
    await invoke(secrets, secrets.DeleteSecret, { name: sample });
    const id = await start("ws-1");
    const shown = async () => await docker("exec", id, "sh", "-c", 'echo "$DOCKER_CONFIG"');
    const atStart = async () =>
      (await docker("exec", id, "cat", "/proc/1/environ")).includes("DOCKER_CONFIG=");
    expect([await shown(), await atStart()]).toEqual(["", false]);
    await store(OWN, first());
    await untilBoth(id, imageOf(first()), TAKEN);
    expect([await shown(), await atStart()]).toEqual(["/run/secrets/.docker", false]);
    await docker("restart", "-t", "0", id);
    expect([await shown(), await atStart()]).toEqual(["/run/secrets/.docker", true]);
    await remove(OWN);
    await untilBoth(id, imageOf(first()), REFUSED);
    await invoke(secrets, secrets.UndeleteSecret, { name: sample });
  });
});
