import { readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Change } from "../../../agent/engine/docker/install/change.ts";
import { installOnHost, uninstallFromHost } from "../../../agent/maintenance.ts";
import { findProgram, tryCommand } from "../../../common/command.ts";
import { CLIENT, DAEMON, type Host, makeHost } from "./world.ts";

/*
 * The installation on a host of its own, below a temporary directory, whose engine is not running. test/e2e/install.test.ts has one
 * that is.
 */

const RUN = { dryRun: false };
const notRoot = process.getuid?.() === 0 ? undefined : "(needs root)";

let host: Host;
beforeEach(async () => {
  host = await makeHost();
});
afterEach(async () => {
  await host[Symbol.asyncDispose]();
});

const install = (more = {}) => installOnHost(host.wish(more), RUN);
const uninstall = () => uninstallFromHost({ places: host.places, force: false }, RUN);
const read = (path: string) => readFile(path, "utf8");

describe.skipIf(notRoot !== undefined)(`an installation ${notRoot ?? ""}`, () => {
  test("puts everything in its place", async () => {
    const { places } = host;
    await install({ server: "keyhold.example.com:7443", joinToken: "khj_token" });
    expect(JSON.parse(await read(places.dockerConfig))).toEqual({
      runtimes: { keyhold: { path: places.helper } },
    });
    expect(JSON.parse(await read(places.clientConfig))).toEqual({ credHelpers: { "quay.io": "keyhold" } });
    expect(await read(`${places.helper}.conf`)).toContain(`socket=${places.runDirectory}/runtime.sock\n`);
    expect(await read(places.credentialHelper)).toContain(`--socket ${places.runDirectory}/agent.sock "$@"`);
    const unit = await read(places.unit);
    expect(unit).toContain("Before=docker.service\n");
    expect(unit).toContain(`--join-file ${places.joinFile} `);
    expect(unit).not.toContain("khj_token");
    expect(await read(places.joinFile)).toBe("khj_token\n");
    for (const link of places.unitLinks) expect(await read(link)).toBe(unit);
    const modes = [
      places.helper,
      places.credentialHelper,
      places.joinFile,
      places.record,
      places.clientConfig,
    ];
    const found = await Promise.all(
      modes.map(async (path) => ((await stat(path)).mode & 0o7777).toString(8)),
    );
    expect(found).toEqual(["755", "755", "600", "600", "600"]);
  });

  test("done again changes nothing and says so", async () => {
    await host.put(host.places.dockerConfig, DAEMON);
    await install();
    const before = await host.tree();
    expect((await install()).steps).toEqual([]);
    expect(await host.tree()).toEqual(before);
  });

  test("brings another helper, and makes the runtime the default, on a host that has it already", async () => {
    await host.put(host.places.dockerConfig, DAEMON);
    const before = await host.tree();
    await install();
    await install({ helper: Buffer.from("newer"), isDefault: true });
    expect(await read(host.places.helper)).toBe("newer");
    expect(JSON.parse(await read(host.places.dockerConfig))).toMatchObject({ "default-runtime": "keyhold" });
    await install();
    expect(JSON.parse(await read(host.places.dockerConfig))).toMatchObject({ "default-runtime": "keyhold" });
    await uninstall();
    expect(await host.tree()).toEqual(before);
  });

  test("says what it would do and does nothing, on request", async () => {
    const before = await host.tree();
    const { steps } = await installOnHost(host.wish(), { dryRun: true });
    expect(steps).toContain(`write ${host.places.dockerConfig}`);
    expect(await host.tree()).toEqual(before);
    expect((await install()).steps).toEqual(steps);
  });

  const analyze = findProgram("systemd-analyze");
  const noSystemd = analyze === undefined ? "(systemd is not installed)" : "";
  test.skipIf(analyze === undefined)(
    `writes a unit in which systemd finds no fault ${noSystemd}`,
    async () => {
      await install();
      // The command of the unit has to exist for that; here it is this machine's `true`.
      const unit = (await read(host.places.unit)).replace("/opt/keyhold/bin/keyhold", "/bin/true");
      const path = join(host.root, "keyhold-agent.service");
      await host.put(path, unit);
      expect(await tryCommand("systemd-analyze", ["verify", "--man=no", path])).toMatchObject({
        status: 0,
        stderr: "",
      });
    },
  );

  test("says what is still to be done by hand", async () => {
    const { notes } = await install();
    for (const note of [
      /not running: it learns of the runtime at its next start/,
      /systemd does not run here/,
      /is not enrolled yet/,
      /are not known yet/,
    ])
      expect(notes).toContainEqual(expect.stringMatching(note));
  });
});

describe.skipIf(notRoot !== undefined)(`taking an installation away ${notRoot ?? ""}`, () => {
  const HOSTS: readonly (readonly [string, (host: Host) => Promise<void>])[] = [
    ["an empty host", async () => undefined],
    [
      "a host with both files",
      async ({ put, places }) => {
        await put(places.dockerConfig, DAEMON, 0o640);
        await put(places.clientConfig, CLIENT, 0o600);
      },
    ],
    [
      "a host with empty files and spaces in braces",
      async ({ put, places }) => {
        await put(places.dockerConfig, "");
        await put(places.clientConfig, '{ "credHelpers": { } }');
      },
    ],
    [
      "a host with another default runtime",
      async ({ put, places }) => {
        await put(
          places.dockerConfig,
          '{"runtimes":{"crun":{"path":"/usr/bin/crun"}},"default-runtime":"crun"}',
        );
      },
    ],
  ];

  test.each(HOSTS)("leaves %s as it was: content, mode, time", async (_what, prepare) => {
    await prepare(host);
    const before = await host.tree();
    await install({ isDefault: true, joinToken: "khj_token" });
    expect(await host.tree()).not.toEqual(before);
    await uninstall();
    expect(await host.tree()).toEqual(before);
    expect((await uninstall()).steps).toEqual([]);
  });

  test("takes only its own entries out of files that were edited since", async () => {
    const { places, put } = host;
    await put(places.dockerConfig, DAEMON);
    await put(places.clientConfig, CLIENT);
    await install();
    await put(places.dockerConfig, (await read(places.dockerConfig)).replace('"local"', '"journald"'));
    await put(places.clientConfig, (await read(places.clientConfig)).replace("Ym90OnB3", "bmV3"));
    await uninstall();
    expect(await read(places.dockerConfig)).toBe(DAEMON.replace('"local"', '"journald"'));
    expect(await read(places.clientConfig)).toBe(CLIENT.replace("Ym90OnB3", "bmV3"));
  });

  test("works without what was noted, by what is ours", async () => {
    const { places, put } = host;
    await put(places.dockerConfig, DAEMON);
    await put(places.clientConfig, CLIENT);
    const before = await host.tree();
    await install();
    await rm(places.record);
    await uninstall();
    const after = await host.tree();
    for (const [path, entry] of Object.entries(before)) {
      const [mode, , ...content] = entry.split(" ");
      const [modeAfter, , ...contentAfter] = after[path]?.split(" ") ?? [];
      expect([path, modeAfter, contentAfter]).toEqual([path, mode, content]);
    }
    expect(
      Object.keys(after).filter(
        (path) =>
          /keyhold(-|$|\.)/.test(path.replace("keyhold-host", "")) && !path.endsWith("var/lib/keyhold"),
      ),
    ).toEqual([]);
  });
});

describe.skipIf(notRoot !== undefined)(`a crash ${notRoot ?? ""}`, () => {
  class Crash extends Error {}
  const at = (step: number) => ({
    dryRun: false,
    before: (_change: Change, index: number) => {
      if (index === step) throw new Crash(String(step));
    },
  });
  const wish = () => host.wish({ isDefault: true, joinToken: "khj_token" });

  async function prepare() {
    await host.put(host.places.dockerConfig, DAEMON, 0o640);
    await host.put(host.places.clientConfig, CLIENT, 0o600);
    return host.tree();
  }

  test("before any step of the installation: doing it again ends as if nothing had been, so does taking it away", async () => {
    const before = await prepare();
    const { steps } = await installOnHost(wish(), RUN);
    const complete = await timeless();
    await uninstall();
    expect(await host.tree()).toEqual(before);
    expect(steps.length).toBeGreaterThan(10);
    for (const index of steps.keys()) {
      await expect(installOnHost(wish(), at(index))).rejects.toThrow(Crash);
      await uninstall();
      expect([index, await host.tree()]).toEqual([index, before]);
      await expect(installOnHost(wish(), at(index))).rejects.toThrow(Crash);
      await installOnHost(wish(), RUN);
      expect([index, await timeless()]).toEqual([index, complete]);
      await uninstall();
      expect([index, await host.tree()]).toEqual([index, before]);
    }
  });

  test("before any step of taking it away: doing it again leaves the host as it was", async () => {
    const before = await prepare();
    await installOnHost(wish(), RUN);
    const { steps } = await uninstallFromHost({ places: host.places, force: false }, { dryRun: true });
    expect(steps.length).toBeGreaterThan(5);
    for (const index of steps.keys()) {
      await expect(uninstallFromHost({ places: host.places, force: false }, at(index))).rejects.toThrow(
        Crash,
      );
      await uninstall();
      expect([index, await host.tree()]).toEqual([index, before]);
      await installOnHost(wish(), RUN);
    }
  });

  /** Files that were written at different times are the same installation. */
  async function timeless() {
    const tree = Object.entries(await host.tree());
    return Object.fromEntries(tree.map(([path, entry]) => [path, entry.replace(/^(\d+) \d{12,}/, "$1")]));
  }
});

describe.skipIf(notRoot !== undefined)(`an installation that cannot be ${notRoot ?? ""}`, () => {
  const REFUSED: readonly (readonly [
    string,
    (host: Host) => Promise<Parameters<Host["wish"]>[0]>,
    RegExp,
  ])[] = [
    [
      "because daemon.json is not JSON",
      async ({ put, places }) => {
        await put(places.dockerConfig, "{ debug: true }");
        return {};
      },
      /cannot change .*daemon\.json: it is not JSON/,
    ],
    [
      "because somebody else's runtime has the name",
      async ({ put, places }) => {
        await put(places.dockerConfig, '{"runtimes":{"keyhold":{"path":"/opt/x"}}}');
        return {};
      },
      /has a runtime keyhold that is not this installation's/,
    ],
    [
      "because somebody else's program has the name",
      async ({ put, places }) => {
        await put(places.credentialHelper, "#!/bin/sh\n");
        return {};
      },
      /docker-credential-keyhold is there and was not written by keyhold/,
    ],
    [
      "because the real runtime is the helper",
      async ({ places }) => ({ realRuntime: places.helper }),
      /is keyhold's own helper/,
    ],
  ];
  test.each(REFUSED)("%s changes nothing", async (_why, prepare, reason) => {
    const more = await prepare(host);
    const before = await host.tree();
    await expect(install(more)).rejects.toMatchObject({
      code: "precondition",
      message: expect.stringMatching(reason),
      next: expect.stringMatching(/./),
    });
    expect(await host.tree()).toEqual(before);
  });

  test("because another engine's is there names the way to have both", async () => {
    await install();
    const places = { ...host.places, dockerConfig: join(host.root, "other.json") };
    await expect(installOnHost(host.wish({ places }), RUN)).rejects.toMatchObject({
      next: expect.stringContaining("--instance"),
    });
  });
});
