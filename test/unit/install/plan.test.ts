import { describe, expect, test } from "vitest";
import type { Change } from "../../../agent/engine/docker/install/change.ts";
import type { FoundEngine, HostFacts } from "../../../agent/engine/docker/install/facts.ts";
import type { InstallWish } from "../../../agent/engine/docker/install/install-wish.ts";
import { placesOf } from "../../../agent/engine/docker/install/places.ts";
import { planInstall } from "../../../agent/engine/docker/install/plan-install.ts";
import { planUninstall } from "../../../agent/engine/docker/install/plan-uninstall.ts";

const places = placesOf({});
const ENGINE: FoundEngine = {
  info: {
    version: "20.10.24",
    apiVersion: "1.41",
    dataRoot: "/srv/docker",
    runtimes: { runc: "runc" },
    defaultRuntime: "runc",
    cgroup: "v2, systemd",
    rootless: false,
  },
  process: { pid: 7, argv: ["/usr/sbin/dockerd", "-H", "fd://"] },
  containers: [],
};
const EMPTY: HostFacts = {
  record: undefined,
  daemon: undefined,
  client: undefined,
  engine: ENGINE,
  missing: [],
  foreign: [],
  systemd: true,
  unitActive: false,
  enrolled: true,
  agentAnswers: true,
  agentConnected: true,
  registries: [],
  untrusted: undefined,
  previous: { name: "runc", program: "/usr/sbin/runc", args: [] },
};
const WISH: InstallWish = {
  places,
  isDefault: false,
  helper: Buffer.from("helper"),
  realRuntime: undefined,
  keyhold: ["/opt/my keyhold/bin/keyhold"],
  credentialHelper: ["/opt/my keyhold/bin/docker-credential-keyhold"],
  programTree: [],
  server: undefined,
  joinToken: undefined,
  registries: [],
};

const kinds = (changes: readonly Change[]) => changes.map(({ kind }) => kind);
const content = (changes: readonly Change[], path: string) => {
  const found = changes.find((each) => "path" in each && each.path === path);
  return found?.kind === "file" ? found.content.toString() : undefined;
};
const systemctl = (changes: readonly Change[]) =>
  changes.flatMap((each) => (each.kind === "systemctl" ? [each.words.join(" ")] : []));
function container(name: string, runtime: string, running: boolean) {
  return { id: name, name, running, labels: {}, runtime };
}
function withEngine(engine: Partial<FoundEngine>): HostFacts {
  return { ...EMPTY, engine: { ...ENGINE, ...engine } };
}

describe("the plan of an installation", () => {
  test("notes first, and tells the engine last, when everything it will call is there", () => {
    const { changes } = planInstall(EMPTY, WISH);
    expect(changes[0]).toMatchObject({ kind: "file", path: places.record });
    expect(kinds(changes).slice(-2)).toEqual(["file", "reload"]);
    expect(changes.at(-1)).toMatchObject({ pid: 7, helper: places.helper });
  });

  test("gives the helper the engine's data root, and runc of this host", () => {
    const { changes } = planInstall(EMPTY, WISH);
    expect(content(changes, `${places.helper}.conf`)).toMatch(
      /^data_root=\/srv\/docker\nruntime=\/usr\/sbin\/runc$/m,
    );
    const away = { ...EMPTY, engine: undefined, daemon: { text: '{"data-root":"/srv/d"}', modified: 1 } };
    expect(content(planInstall(away, WISH).changes, `${places.helper}.conf`)).toContain("data_root=/srv/d\n");
  });

  test("has keyhold call what was the default before, with its arguments, and says so", () => {
    const previous = { name: "nvidia", program: "/usr/bin/nvidia-container-runtime", args: ["--debug"] };
    const { changes, notes } = planInstall({ ...EMPTY, previous }, { ...WISH, isDefault: true });
    const settings = content(changes, `${places.helper}.conf`);
    expect(settings).toMatch(/^runtime=\/usr\/bin\/nvidia-container-runtime\nruntime_arg=--debug$/m);
    expect(notes.join()).toMatch(/runs containers with nvidia \(\/usr\/bin\/nvidia-container-runtime\)/);
    const other = planInstall({ ...EMPTY, previous }, { ...WISH, realRuntime: "/usr/bin/crun" });
    expect(content(other.changes, `${places.helper}.conf`)).toMatch(/^runtime=\/usr\/bin\/crun$/m);
    expect(content(other.changes, `${places.helper}.conf`)).not.toContain("runtime_arg");
  });

  test("starts the service where systemd runs, and restarts it where it is up", () => {
    expect(systemctl(planInstall(EMPTY, WISH).changes)).toEqual([
      "daemon-reload",
      "start keyhold-agent.service",
    ]);
    const up = { ...EMPTY, unitActive: true };
    expect(systemctl(planInstall(up, WISH).changes)).toEqual([
      "daemon-reload",
      "restart keyhold-agent.service",
    ]);
    const stranger = { ...EMPTY, enrolled: false };
    expect(systemctl(planInstall(stranger, WISH).changes)).toEqual(["daemon-reload"]);
    expect(systemctl(planInstall(stranger, { ...WISH, joinToken: "khj_x" }).changes)).toContain(
      "start keyhold-agent.service",
    );
    expect(systemctl(planInstall({ ...EMPTY, systemd: false }, WISH).changes)).toEqual([]);
  });

  test("writes paths with spaces so that systemd and the shell read them as one", () => {
    const { changes } = planInstall(EMPTY, WISH);
    expect(content(changes, places.unit)).toContain('\nExecStart="/opt/my keyhold/bin/keyhold" agent start');
    expect(content(changes, places.credentialHelper)).toContain(
      "\nexec '/opt/my keyhold/bin/docker-credential-keyhold' --socket",
    );
  });

  test("gives another engine's agent places of its own", () => {
    const second = placesOf({ instance: "build", dockerConfig: "/etc/docker/build.json" });
    const shared = Object.entries(second).filter(
      ([key, value]) => places[key as keyof typeof places] === value,
    );
    expect(shared.map(([key]) => key).sort()).toEqual(["clientConfig", "dockerSocket"]);
    expect(() => placesOf({ instance: "../x" })).toThrow(/--instance "..\/x" is not a name/);
  });

  test("takes a registry out of the Docker client's file only when the agent knows them all", () => {
    const text = '{"credHelpers":{"ghcr.io":"keyhold","r.io":"pass"}}';
    const client = { text, modified: 1 };
    const written = (facts: Partial<HostFacts>) =>
      JSON.parse(
        content(planInstall({ ...EMPTY, client, ...facts }, WISH).changes, places.clientConfig) ?? "",
      );
    expect(written({ registries: undefined })).toEqual(JSON.parse(text));
    expect(written({ registries: ["quay.io"] })).toEqual({
      credHelpers: { "r.io": "pass", "quay.io": "keyhold" },
    });
    expect(written({ registries: [] })).toEqual({ credHelpers: { "r.io": "pass" } });
  });

  test("does not hand a token to a node that is enrolled", () => {
    const { changes } = planInstall(EMPTY, { ...WISH, joinToken: "khj_x" });
    expect(content(changes, places.joinFile)).toBeUndefined();
  });

  const other = { ...ENGINE.info };
  test.each<[string, HostFacts, Partial<InstallWish>, RegExp, RegExp]>([
    ["is rootless", withEngine({ info: { ...other, rootless: true } }), {}, /rootless/, /as root/],
    [
      "is none of this machine",
      withEngine({ process: undefined }),
      {},
      /no dockerd of this machine/,
      /on the engine's host/,
    ],
    [
      "reads another file",
      withEngine({ process: { pid: 7, argv: ["dockerd", "--config-file=/x.json"] } }),
      {},
      /reads \/x\.json/,
      /--docker-config \/x\.json/,
    ],
    [
      "has runtimes on its command line",
      withEngine({ process: { pid: 7, argv: ["dockerd", "--add-runtime", "crun=/c"] } }),
      {},
      /started with --add-runtime/,
      /move what --add-runtime says/,
    ],
    [
      "has a default on its command line",
      withEngine({ process: { pid: 7, argv: ["dockerd", "--default-runtime=crun"] } }),
      { isDefault: true },
      /started with --default-runtime/,
      /without the flag/,
    ],
    [
      "has no runtime to call",
      {
        ...EMPTY,
        previous: { name: "runc", program: undefined, args: [], problem: "there is no runc on this host" },
      },
      {},
      /no runc on this host/,
      /--real-runtime/,
    ],
  ])("is refused for an engine that %s", (_what, facts, wish, reason, next) => {
    expect(() => planInstall(facts, { ...WISH, ...wish })).toThrow(
      expect.objectContaining({
        code: "precondition",
        message: expect.stringMatching(reason),
        next: expect.stringMatching(next),
      }),
    );
  });

  test("takes a default on the command line that it need not change", () => {
    const facts = withEngine({ process: { pid: 7, argv: ["dockerd", "--default-runtime=crun"] } });
    expect(planInstall(facts, WISH).changes.length).toBeGreaterThan(5);
  });
});

describe("the plan of taking it away", () => {
  const installed = { ...other(), keyhold: places.helper };
  function other() {
    return ENGINE.info.runtimes;
  }
  const info = { ...ENGINE.info, runtimes: installed };
  const daemon = { text: JSON.stringify({ runtimes: { keyhold: { path: places.helper } } }), modified: 1 };
  const containers = [
    container("db", "runc", true),
    container("web", "keyhold", true),
    container("old", "keyhold", false),
  ];

  test("names the containers that were made for the runtime", () => {
    const facts = { ...withEngine({ info, containers }), daemon };
    expect(() => planUninstall(facts, { places, force: false })).toThrow(/web \(running\); old \(stopped\)/);
  });

  test("leaves the helper to containers that run, if it is to go on all the same", () => {
    const facts = { ...withEngine({ info, containers }), daemon };
    const { changes, notes } = planUninstall(facts, { places, force: true });
    expect(changes.some((each) => "path" in each && each.path === places.helper)).toBe(false);
    expect(changes.some(({ kind }) => kind === "reload")).toBe(true);
    expect(notes).toContainEqual(expect.stringMatching(/stays, because web cannot be stopped without it/));
    const stopped = { ...withEngine({ info, containers: containers.slice(2) }), daemon };
    expect(planUninstall(stopped, { places, force: true }).changes).toContainEqual({
      kind: "remove",
      path: places.helper,
    });
  });

  test("is not held up by the containers of another installation's runtime", () => {
    const elsewhere = { ...info, runtimes: { keyhold: "/opt/other/keyhold-runtime" } };
    const facts = withEngine({ info: elsewhere, containers });
    expect(kinds(planUninstall(facts, { places, force: false }).changes)).not.toContain("reload");
  });

  test("stops the service before its tmpfs goes, and leaves an agent alone that was started by hand", () => {
    const up = { ...EMPTY, unitActive: true };
    const order = kinds(planUninstall(up, { places, force: false }).changes);
    expect(order.indexOf("systemctl")).toBeLessThan(order.indexOf("release"));
    const byHand = planUninstall({ ...EMPTY, systemd: false }, { places, force: false });
    expect(kinds(byHand.changes)).not.toContain("release");
    expect(byHand.notes).toContainEqual(expect.stringMatching(/An agent still runs/));
  });
});
