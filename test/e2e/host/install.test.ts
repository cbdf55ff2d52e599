import { execFile } from "node:child_process";
import { access, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Change } from "../../../agent/engine/docker/install/change.ts";
import { install, uninstall } from "../../../agent/engine/docker/install/runtime.ts";
import { installOnHost, uninstallFromHost } from "../../../agent/maintenance.ts";
import { readRuntimeHelper } from "../../../cli/host/runtime-helper.ts";
import type { Engine } from "../../../tools/engine/engine.ts";
import { type Registry, startRegistry } from "../../../tools/engine/registry.ts";
import { usersEngine } from "../../../tools/start/users-engine.ts";
import type { HostWorld } from "../../integration/cli/host-process-world.ts";
import { keyhold } from "../../integration/cli/process.ts";
import type { Host } from "../../integration/install/world.ts";
import { docker, dockerOutput, engineMissing } from "../../support/engine/engine.ts";
import { InstalledHost, SYSTEM_PATH } from "./installed-host.ts";

const PASSWORD = "pass: word/+é";

/*
 * `keyhold agent install` on a host with a real engine that runs: the agent is started as the unit says, with the rights that it
 * leaves; the host's Docker client pulls from a registry that wants a password.
 */
describe.skipIf(engineMissing !== undefined)(`a Docker host ${engineMissing ?? ""}`, () => {
  let all: InstalledHost;
  let engine: Engine;
  let registry: Registry;
  let world: HostWorld;
  let host: Host;
  let image: string;
  let daemonBefore: string;
  let treeBefore: Awaited<ReturnType<Host["tree"]>>;

  beforeAll(async () => {
    all = await InstalledHost.open();
    ({ engine, world, host } = all);
    registry = await startRegistry({ engine, user: "builder", password: PASSWORD });
    const own = '{ "auths": { "other.example.com": { "auth": "Ym90OnB3" } } }';
    await host.put(host.places.clientConfig, own, 0o600);
    [daemonBefore, treeBefore] = [await readFile(engine.configFile, "utf8"), await host.tree()];
    image = `${registry.host}/team/app:1`;
    await world.store("acme/projects/web", "API_KEY", "value of web", "--kind", "env");
    const options = ["--kind", "registry", "--registry", registry.host, "--username", "builder"];
    await world.store("acme", "own-registry", PASSWORD, ...options);
    await dockerOutput(engine, "tag", "keyhold/base", image);
    await dockerOutput(engine, "run", "-d", "--name", "bystander", "keyhold/base", "sleep", "600");
  });
  afterAll(async () => {
    await registry?.[Symbol.asyncDispose]();
    await all?.[Symbol.asyncDispose]();
  });

  const command = (...words: string[]) => all.command("agent", ...words);
  const info = (format: string) => dockerOutput(engine, "info", "-f", format);
  const started = () =>
    dockerOutput(engine, "inspect", "-f", "{{.State.Pid}} {{.State.StartedAt}}", "bystander");
  const isThere = (path: string) =>
    access(path).then(
      () => true,
      () => false,
    );

  /** The host's Docker client: its own configuration, and PATH as an installation leaves it. */
  function hostDocker(...words: string[]): Promise<{ status: number; output: string }> {
    const env = { PATH: all.path, HOME: "/proc/none" };
    const global = ["--config", dirname(host.places.clientConfig), "--host", `unix://${engine.socket}`];
    return new Promise((resolve) => {
      execFile("docker", [...global, ...words], { env }, (error, stdout, stderr) => {
        resolve({ status: error === null ? 0 : Number(error.code), output: stdout + stderr });
      });
    });
  }

  test("gets runtime, service and credential helper, and no container notices", async () => {
    const before = await started();
    const done = await all.install();
    expect(done).toMatchObject({ code: 0, stderr: expect.stringContaining("reload the engine") });
    expect(JSON.parse(await info("{{json .Runtimes}}"))).toMatchObject({
      keyhold: { path: host.places.helper },
    });
    expect(await started()).toBe(before);
    expect(await isThere(host.places.joinFile)).toBe(true);
  });

  test("has an agent that starts as its unit says, and takes the token away once it is used", async () => {
    await all.startAgent();
    expect(await isThere(host.places.joinFile)).toBe(false);
    const run = ["run", "--rm", "--runtime", "keyhold", "-l", "keyhold.project=acme/web", "keyhold/base"];
    expect(await dockerOutput(engine, ...run, "sh", "-c", "echo $API_KEY")).toBe("value of web");
  });

  test("pulls with the password of its project, and is refused without", async () => {
    await world.store("acme/projects/web", "npm", "x", "--kind", "opaque");
    const push = await keyhold(["run", "--project", "acme/web", "--", "docker", "push", image], {
      environment: { ...world.owner, PATH: SYSTEM_PATH, DOCKER_HOST: `unix://${engine.socket}` },
    });
    expect(push).toMatchObject({ code: 0 });
    await dockerOutput(engine, "rmi", image);
    expect(await hostDocker("pull", image)).toMatchObject({
      output: expect.stringMatching(/no basic auth|unauthorized|authentication/),
    });
    // The agent names the registry now.
    expect(await command("install")).toMatchObject({ code: 0 });
    expect(JSON.parse(await readFile(host.places.clientConfig, "utf8"))).toEqual({
      auths: { "other.example.com": { auth: "Ym90OnB3" } },
      credHelpers: { [registry.host]: "keyhold" },
    });
    expect(await hostDocker("pull", image)).toMatchObject({ status: 0 });
    expect(await dockerOutput(engine, "run", "--rm", image, "echo", "pulled")).toBe("pulled");
    const inspect = [
      "inspect",
      "--tls-verify=false",
      "--authfile",
      host.places.clientConfig,
      `docker://${image}`,
    ];
    const skopeo = promisify(execFile)("skopeo", inspect, { env: { PATH: all.path, HOME: "/proc/none" } });
    expect((await skopeo).stdout).toContain('"Digest"');
  });

  test("does not store with keyhold what docker login is told", async () => {
    const login = await hostDocker("login", "-u", "builder", "-p", PASSWORD, registry.host);
    expect(login.status).not.toBe(0);
    expect(login.output).toContain("are not stored by Docker; use: keyhold secret set");
  });

  test("is refused by the registry once the secret is deleted", async () => {
    await dockerOutput(engine, "rmi", image);
    await keyhold(["secret", "delete", "acme", "own-registry"], { environment: world.owner });
    await expect.poll(async () => (await hostDocker("pull", image)).status).not.toBe(0);
  });

  test("keeps the installation while containers need it, and says which", async () => {
    await dockerOutput(
      engine,
      "create",
      "--runtime",
      "keyhold",
      "--name",
      "needs-it",
      "keyhold/base",
      "true",
    );
    const refused = await command("uninstall");
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("needs-it (stopped)") });
    await dockerOutput(engine, "rm", "needs-it");
  });

  test("is as before once it is taken away, and no container has noticed", async () => {
    const before = await started();
    await all.endAgent();
    // Docker's client goes on without credentials; a person reads why.
    expect((await hostDocker("pull", image)).output).toMatch(/docker-credential-keyhold: .*systemctl start/);
    expect(await command("uninstall")).toMatchObject({ code: 0 });
    expect(JSON.parse(await info("{{json .Runtimes}}"))).not.toHaveProperty("keyhold");
    expect(await readFile(engine.configFile, "utf8")).toBe(daemonBefore);
    const after = await host.tree();
    // The node's identity is the agent's, and is kept.
    const kept = Object.keys(after).filter((path) => !(path in treeBefore));
    expect(kept.filter((path) => path !== "run" && !/^var(\/lib|$)/.test(path))).toEqual([]);
    for (const [path, entry] of Object.entries(treeBefore))
      expect([path, after[path]]).toEqual([path, entry]);
    expect(await started()).toBe(before);
    expect(
      (await docker(engine, "run", "--rm", "--runtime", "keyhold", "keyhold/base", "true")).stderr,
    ).toContain("keyhold");
  });

  test("can have it as the default runtime, and has its own again afterwards", async () => {
    expect(await command("install", "--default-runtime")).toMatchObject({ code: 0 });
    expect(await info("{{.DefaultRuntime}}")).toBe("keyhold");
    expect(await dockerOutput(engine, "run", "--rm", "keyhold/base", "echo", "without a label")).toBe(
      "without a label",
    );
    expect(await command("uninstall")).toMatchObject({ code: 0 });
    expect(await info("{{.DefaultRuntime}}")).toBe("runc");
    expect(await readFile(engine.configFile, "utf8")).toBe(daemonBefore);
  });

  test("survives a crash before any step, with the engine as it was", async () => {
    const wish = host.wish({
      helper: await readRuntimeHelper(),
      realRuntime: "/usr/sbin/runc",
      isDefault: true,
    });
    const at = (step: number) => ({
      dryRun: false,
      before: (_change: Change, index: number) => {
        if (index === step) throw new Error("crash");
      },
    });
    const run = { dryRun: false };
    const takeAway = (options = run) => uninstallFromHost({ places: host.places, force: false }, options);
    const steps = (await installOnHost(wish, { dryRun: true })).steps;
    const risky = steps.flatMap((step, index) => (/daemon\.json|reload/.test(step) ? [index] : []));
    expect(risky.length).toBeGreaterThan(1);
    for (const index of risky) {
      await expect(installOnHost(wish, at(index))).rejects.toThrow("crash");
      await takeAway();
      expect(await readFile(engine.configFile, "utf8")).toBe(daemonBefore);
      expect(await info("{{json .Runtimes}} {{.DefaultRuntime}}")).not.toContain("keyhold");
    }
    await installOnHost(wish, run);
    const back = (await takeAway({ dryRun: true })).steps.flatMap((step, index) =>
      /daemon\.json|install\.json|reload/.test(step) ? [index] : [],
    );
    expect(back.length).toBeGreaterThan(3);
    for (const index of back) {
      await expect(takeAway(at(index))).rejects.toThrow("crash");
      await takeAway();
      expect(await readFile(engine.configFile, "utf8")).toBe(daemonBefore);
      expect(await info("{{json .Runtimes}} {{.DefaultRuntime}}")).not.toContain("keyhold");
      await installOnHost(wish, run);
    }
    await takeAway();
  });

  test("can be found by npm start, given the runtime, and left as it was", async () => {
    const found = await usersEngine(engine.socket);
    expect(found).toMatchObject({ configFile: engine.configFile, dataRoot: engine.dataRoot });
    const target = { helperPath: join(host.root, "keyhold-runtime"), dockerConfigPath: found.configFile };
    const settings = { socket: "/run/keyhold/runtime.sock", dataRoot: found.dataRoot };
    await install({ ...target, settings, builtHelper: "/usr/sbin/runc" }, found);
    expect(JSON.parse(await info("{{json .Runtimes}}"))).toMatchObject({
      keyhold: { path: target.helperPath },
    });
    await uninstall(target, { reload: () => found.reload(), runningUnderKeyhold: async () => [] });
    expect(JSON.parse(await info("{{json .Runtimes}}"))).not.toHaveProperty("keyhold");
    expect(await readFile(engine.configFile, "utf8")).toBe(daemonBefore);
  });

  test("is told what to do where the engine reads another file", async () => {
    const other = join(host.root, "other.json");
    const wish = host.wish({ places: { ...host.places, dockerConfig: other } });
    await expect(installOnHost(wish, { dryRun: true })).rejects.toMatchObject({
      code: "precondition",
      next: `add --docker-config ${engine.configFile}`,
    });
  });
});
