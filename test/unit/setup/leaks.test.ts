import { describe, expect, test } from "vitest";
import { diffEngines, diffHost, type HostSnapshot, type SeenEngine } from "../../../tools/engine/leaks.ts";
import type { Process } from "../../../tools/engine/processes.ts";

/** shell (10) → runner (20) → a worker (21); another run (90) with its own group. */
const table = [
  process_(10, 1, 10, "sh"),
  process_(20, 10, 10, "node"),
  process_(21, 20, 10, "node /x/vitest/worker"),
  process_(90, 1, 90, "node"),
];
const clean: HostSnapshot = {
  runner: 20,
  engines: [],
  processes: table,
  mounts: ["/"],
  bridges: ["docker0"],
  cgroups: [],
};

function process_(pid: number, parent: number, group: number, line: string): Process {
  return { pid, parent, group, argv: line.split(" "), cgroups: ["/"] };
}

function engine(owner: number, ownerAlive: boolean): SeenEngine {
  const record = {
    id: "cb11",
    subnet: "10.203.17.0/24",
    owner: { pid: owner, startTime: "1", boot: "b" },
    dataDirectory: "/var/tmp/keyhold-engine-x",
    keepsData: false,
  };
  return { record, ownerAlive, bridges: ["kh-cb11", "br-0123456789ab"] };
}

/** An engine with all its parts. */
function withEngine(owner: number, ownerAlive: boolean): HostSnapshot {
  const dockerd = process_(50, 1, 50, "dockerd --host=unix:///run/keyhold-engines/cb11/docker.sock");
  return {
    ...clean,
    engines: [engine(owner, ownerAlive)],
    processes: [...table, dockerd],
    mounts: ["/", "/run/keyhold-engines/cb11/memory", "/var/tmp/keyhold-engine-x/docker"],
    bridges: ["docker0", "kh-cb11", "br-0123456789ab"],
    cgroups: ["/sys/fs/cgroup/keyhold-cb11"],
  };
}

describe("what a run leaves behind", () => {
  test("is nothing where nothing has changed", () => {
    expect(diffHost(clean, clean)).toEqual([]);
  });

  test.for([
    ["of a worker that has ended", 33, false],
    ["of a worker that has not disposed of it", 21, true],
  ] as const)("includes every part of an engine %s", ([, owner, alive]) => {
    expect(diffHost(clean, withEngine(owner, alive))).toEqual([
      `engine cb11 of process ${owner}`,
      "process 50: dockerd --host=unix:///run/keyhold-engines/cb11/docker.sock",
      "mount /run/keyhold-engines/cb11/memory",
      "bridge kh-cb11",
      "bridge br-0123456789ab",
      "control group /sys/fs/cgroup/keyhold-cb11",
      "mount /var/tmp/keyhold-engine-x/docker",
    ]);
  });

  test("does not include the engine of a run beside it, nor one that was there before", () => {
    expect(diffHost(clean, withEngine(90, true))).toEqual([]);
    expect(diffHost(withEngine(33, false), withEngine(33, false))).toEqual([]);
  });

  test("includes the parts of an engine that has lost its record", () => {
    expect(diffEngines(clean, { ...withEngine(33, false), engines: [] })).toContain("bridge kh-cb11");
  });

  test("includes children, and children that have lost their parent, but not those of others", () => {
    const started = [
      process_(30, 20, 10, "child of the runner"),
      process_(31, 1, 10, "orphan"),
      process_(32, 31, 10, "child of the orphan"),
      process_(91, 90, 90, "child of another run"),
      process_(11, 10, 10, "sibling started by the shell"),
    ];
    const left = diffHost(clean, { ...clean, processes: [...table, ...started] });
    expect(left.map((line) => line.replace(/^process \d+: /, ""))).toEqual([
      "child of the runner",
      "orphan",
      "child of the orphan",
    ]);
  });

  test("includes mounts of ours, but not those of the machine", () => {
    const left = diffHost(clean, { ...clean, mounts: ["/", "/mnt/usb", "/run/keyhold-test/secrets"] });
    expect(left).toEqual(["mount /run/keyhold-test/secrets"]);
  });
});
