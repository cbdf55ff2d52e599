import { execFile } from "node:child_process";
import { chmod, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Check } from "../../../agent/doctor/check.ts";
import { keyhold } from "../../integration/cli/process.ts";
import { dockerOutput, engineMissing } from "../../support/engine/engine.ts";
import { InstalledHost } from "./installed-host.ts";

const run = promisify(execFile);
const PATIENCE = { timeout: 20_000 };

/*
 * `keyhold doctor` on a host that works, then with one real part broken after the other. Each is put right again, so that the order
 * does not matter, but for the last ones, which end server and engine.
 */
describe.skipIf(engineMissing !== undefined)(`keyhold doctor ${engineMissing ?? ""}`, () => {
  let all: InstalledHost;
  beforeAll(async () => {
    all = await InstalledHost.open();
    const registry = ["--kind", "registry", "--registry", "registry.example.com", "--username", "bot"];
    await all.world.store("acme/projects/web", "registry", "pw", ...registry);
  });
  afterAll(async () => {
    await all?.[Symbol.asyncDispose]();
  });

  interface Diagnosis {
    readonly code: number | null;
    readonly checks: readonly Check[];
  }
  async function doctor(environment: Record<string, string> = {}): Promise<Diagnosis> {
    const given = { ...all.world.owner, PATH: all.path, ...environment };
    const { code, stdout, stderr } = await all.commandAs(given, "doctor", "--json");
    if (stdout === "") throw new Error(stderr);
    return { code, ...(JSON.parse(stdout) as { checks: Check[] }) };
  }
  const complaints = ({ checks }: Diagnosis, status: Check["status"] = "fail") =>
    checks.filter((each) => each.status === status).map(({ check }) => check);

  test("finds what is missing on a host without an agent", async () => {
    const found = await doctor();
    expect(found.code).toBe(1);
    expect(complaints(found)).toEqual([
      "engine.runtime",
      "engine.helper",
      "engine.helper-settings",
      "agent.running",
      "agent.socket",
      "agent.identity",
      "agent.connected",
      "run-dir.mount",
    ]);
    for (const { status, next } of found.checks) if (status !== "ok") expect(next).toMatch(/./);
  });

  test("has nothing to say against one that was installed", async () => {
    await all.install();
    await all.startAgent();
    await all.command("agent", "install");
    const found = await doctor();
    expect(found).toMatchObject({ code: 0 });
    expect(complaints(found)).toEqual([]);
    // No systemd runs where this is tried; whatever handles core dumps is the machine's own.
    expect(complaints(found, "warn").filter((check) => check !== "host.core-dumps")).toEqual(["host.unit"]);
    const asPerson = await all.command("doctor");
    expect(asPerson.stdout).toMatch(/^ok {4}server\.token {13}your token is accepted$/m);
  });

  test("judges the server by who is logged in, else by the node's own certificate", async () => {
    expect(complaints(await doctor({ KEYHOLD_TOKEN: "kh_not-a-token" }))).toEqual(["server.token"]);
    expect(complaints(await doctor({ KEYHOLD_SERVER: "127.0.0.1:1" }))).toEqual(["server.reachable"]);
    const KEYHOLD_CA_FILE = join(all.places.stateDirectory, "node.crt");
    expect(complaints(await doctor({ KEYHOLD_CA_FILE }))).toEqual(["server.certificate"]);
    const nobody = await doctor({ KEYHOLD_TOKEN: "", KEYHOLD_SERVER: "", KEYHOLD_CA_FILE: "" });
    expect(nobody).toMatchObject({ code: 0 });
    expect(nobody.checks).toContainEqual(
      expect.objectContaining({
        check: "server.token",
        reason: expect.stringContaining("nobody is logged in"),
      }),
    );
  });

  interface Broken {
    readonly check: string;
    readonly status: Check["status"];
    readonly what: string;
    readonly breaks: () => Promise<unknown>;
    readonly mends: () => Promise<unknown>;
  }

  /** Writes another text into a file, and the old one back. */
  function editing(path: () => string, edit: (text: string) => string): Pick<Broken, "breaks" | "mends"> {
    let before = "";
    return {
      breaks: async () => {
        before = await readFile(path(), "utf8");
        await writeFile(path(), edit(before));
      },
      mends: () => writeFile(path(), before),
    };
  }
  function moving(path: () => string): Pick<Broken, "breaks" | "mends"> {
    return { breaks: () => rename(path(), `${path()}.away`), mends: () => rename(`${path()}.away`, path()) };
  }
  function shell(breaks: () => string, mends: () => string): Pick<Broken, "breaks" | "mends"> {
    return { breaks: () => run("sh", ["-ec", breaks()]), mends: () => run("sh", ["-ec", mends()]) };
  }
  const runDir = () => all.places.runDirectory;
  const stateDir = () => all.places.stateDirectory;
  const nodeKey = () => join(stateDir(), "node.key");

  const BROKEN: readonly Broken[] = [
    {
      check: "engine.helper",
      status: "fail",
      what: "the helper cannot be run",
      breaks: () => chmod(all.places.helper, 0o644),
      mends: () => chmod(all.places.helper, 0o755),
    },
    {
      check: "engine.helper",
      status: "warn",
      what: "the helper is another one",
      ...editing(
        () => all.places.credentialHelper,
        (text) => text,
      ),
      breaks: () =>
        run("sh", [
          "-ec",
          `cp -p ${all.places.helper} ${all.places.helper}.away; printf x >> ${all.places.helper}`,
        ]),
      mends: () => rename(`${all.places.helper}.away`, all.places.helper),
    },
    {
      check: "engine.helper-settings",
      status: "fail",
      what: "its settings name another agent",
      ...editing(
        () => `${all.places.helper}.conf`,
        (text) => text.replace("socket=", "socket=/elsewhere"),
      ),
    },
    {
      check: "engine.runtime",
      status: "warn",
      what: "daemon.json does not name the runtime any more",
      ...editing(
        () => all.engine.configFile,
        (text) => JSON.stringify({ ...JSON.parse(text), runtimes: {} }),
      ),
    },
    {
      check: "engine.containers",
      status: "fail",
      what: "a labelled container runs under another runtime",
      breaks: () =>
        dockerOutput(
          all.engine,
          "run",
          "-d",
          "--name",
          "stray",
          "-l",
          "keyhold.project=acme/web",
          "keyhold/base",
          "sleep",
          "60",
        ),
      mends: () => dockerOutput(all.engine, "rm", "-f", "stray"),
    },
    {
      check: "agent.socket",
      status: "fail",
      what: "the runtime's socket is gone",
      ...moving(() => join(runDir(), "runtime.sock")),
    },
    {
      check: "agent.running",
      status: "fail",
      what: "the agent's socket is gone",
      ...moving(() => join(runDir(), "agent.sock")),
    },
    { check: "agent.identity", status: "fail", what: "the node has lost its key", ...moving(nodeKey) },
    {
      check: "state.permissions",
      status: "fail",
      what: "others can read the key",
      breaks: () => chmod(nodeKey(), 0o644),
      mends: () => chmod(nodeKey(), 0o600),
    },
    {
      check: "state.space",
      status: "fail",
      what: "the state's disk is full",
      ...shell(
        () => `mount -t tmpfs -o size=512k,mode=700 small ${stateDir()}`,
        () => `umount ${stateDir()}`,
      ),
    },
    {
      check: "run-dir.mount",
      status: "fail",
      what: "programs on the tmpfs can be run",
      ...shell(
        () => `mount -o remount,exec ${runDir()}`,
        () => `mount -o remount,noexec ${runDir()}`,
      ),
    },
    {
      check: "run-dir.mount",
      status: "fail",
      what: "others can look into the tmpfs",
      breaks: () => chmod(runDir(), 0o755),
      mends: () => chmod(runDir(), 0o700),
    },
    {
      check: "run-dir.space",
      status: "fail",
      what: "the tmpfs is full",
      ...shell(
        () => `head -c 20000000 /dev/zero > ${runDir()}/filler; mount -o remount,size=20200k ${runDir()}`,
        () => `mount -o remount,size=256M ${runDir()}; rm ${runDir()}/filler`,
      ),
    },
    {
      check: "credentials.helper",
      status: "warn",
      what: "the credential helper is gone",
      ...moving(() => all.places.credentialHelper),
    },
    {
      check: "credentials.registries",
      status: "warn",
      what: "the Docker client does not ask",
      ...moving(() => all.places.clientConfig),
    },
    {
      check: "credentials.registries",
      status: "fail",
      what: "the Docker client's file is broken",
      ...editing(
        () => all.places.clientConfig,
        () => "{",
      ),
    },
    {
      check: "host.unit",
      status: "fail",
      what: "the unit comes after the engine",
      ...editing(
        () => all.places.unit,
        (text) => text.replace("Before=", "After="),
      ),
    },
    {
      check: "host.unit",
      status: "warn",
      what: "the unit is not enabled",
      ...moving(() => all.places.unitLinks[0] ?? ""),
    },
  ];

  test.each(BROKEN)("names $check where $what", async ({ check, status, breaks, mends }) => {
    await breaks();
    try {
      const found = await doctor();
      expect(complaints(found, status)).toContain(check);
      expect(found.code).toBe(complaints(found).length > 0 ? 1 : 0);
    } finally {
      await mends();
    }
  });

  test("names an engine whose file names the runtime that it has not taken up", async () => {
    const text = await readFile(all.engine.configFile, "utf8");
    await writeFile(all.engine.configFile, JSON.stringify({ ...JSON.parse(text), runtimes: {} }));
    await all.engine.reload();
    await writeFile(all.engine.configFile, text);
    const { checks } = await doctor();
    expect(checks).toContainEqual(
      expect.objectContaining({
        check: "engine.runtime",
        status: "fail",
        reason: expect.stringContaining("has not taken it up"),
      }),
    );
    await all.engine.reload();
    expect(complaints(await doctor())).toEqual([]);
  });

  test("names projects that disagree about a registry", async () => {
    const registry = [
      "--kind",
      "registry",
      "--registry",
      "https://registry.example.com/v2/",
      "--username",
      "x",
    ];
    await all.world.store("acme/projects/api", "other", "other", ...registry);
    await expect
      .poll(async () => (await doctor()).checks, PATIENCE)
      .toContainEqual(
        expect.objectContaining({
          check: "credentials.projects",
          status: "fail",
          reason: expect.stringMatching(/other of acme\/projects\/api, registry of acme\/projects\/web/),
        }),
      );
    const given = { environment: { ...all.world.owner } };
    await keyhold(["secret", "delete", "acme/projects/api", "other"], given);
    await expect.poll(async () => complaints(await doctor()), PATIENCE).toEqual([]);
  });

  test("names an agent that the control plane does not serve any more", async () => {
    await keyhold(["node", "revoke", "acme/build-1"], { environment: all.world.owner });
    await expect.poll(async () => complaints(await doctor()), PATIENCE).toContain("agent.connected");
  });

  test("names an engine that is gone", async () => {
    await all.engine.stop();
    const found = await doctor();
    expect(complaints(found)).toContain("engine.reachable");
    await all.engine.start();
  });
});
