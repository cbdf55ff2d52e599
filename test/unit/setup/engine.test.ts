import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  dockerdArguments,
  engineConfiguration,
  parseDockerdVersion,
} from "../../../tools/engine/configuration.ts";
import { adviceFor, relevantLines } from "../../../tools/engine/daemon.ts";
import { mountsBelow, parseMounts } from "../../../tools/engine/mounts.ts";
import { isOwnerAlive, parseStartTime } from "../../../tools/engine/owner.ts";
import { attendantsOf, daemonsOf, type Process } from "../../../tools/engine/processes.ts";
import { idOfSubnet, pathsOf } from "../../../tools/engine/record.ts";
import { chooseSubnet } from "../../../tools/engine/subnet.ts";

describe("an engine's network", () => {
  test("is the first that is free, from where the search begins", () => {
    expect(chooseSubnet([], 0)).toBe("10.128.0.0/24");
    expect(chooseSubnet(["10.128.0.7"], 0)).toBe("10.128.1.0/24");
    expect(chooseSubnet(["10.128.0.0/16", "172.17.0.0/16"], 3)).toBe("10.129.0.0/24");
  });

  test("wraps around at the end of the range", () => {
    expect(chooseSubnet(["10.254.255.0/24"], 127 * 256 - 1)).toBe("10.128.0.0/24");
  });

  test("is refused where a private network takes all of 10.0.0.0/8", () => {
    expect(() => chooseSubnet(["10.0.0.0/8"], 0)).toThrow(/no network is left/);
  });

  test("never overlaps a taken one", () => {
    const network = fc.tuple(
      fc.integer({ min: 127, max: 255 }),
      fc.nat(255),
      fc.nat(255),
      fc.integer({ min: 12, max: 32 }),
    );
    const networks = fc.array(
      network.map(([a, b, c, length]) => ({ a, b, c, length })),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(networks, fc.nat(70_000), (taken, start) => {
        let chosen: string;
        try {
          chosen = chooseSubnet(
            taken.map(({ a, b, c, length }) => `10.${a}.${b}.${c}/${length}`),
            start,
          );
        } catch {
          return;
        }
        const [, second, third] = chosen.split(".").map(Number);
        for (const { a, b, length } of taken) {
          const bits = Math.min(length, 24) - 8;
          const prefix = (high: number, low: number) => ((high << 8) | low) >> (16 - bits);
          expect(prefix(second ?? 0, third ?? 0)).not.toBe(prefix(a, b));
        }
      }),
    );
  });

  test("gives the engine its id and all that is named after it", () => {
    expect(idOfSubnet("10.203.17.0/24")).toBe("cb11");
    const paths = pathsOf({ id: "cb11", subnet: "10.203.17.0/24", dataDirectory: "/data" });
    expect(paths).toMatchObject({
      bridge: "kh-cb11",
      gateway: "10.203.17.1",
      cgroup: "/keyhold-cb11",
      dataRoot: "/data/docker",
    });
    expect(paths.socket).toBe("/run/keyhold-engines/cb11/docker.sock");
  });
});

describe("an engine's owner", () => {
  const owner = { pid: 7, startTime: "4711", boot: "first" };
  const machine = (boot: string, startTime: string | undefined) => ({ boot, startTimeOf: () => startTime });

  test.for([
    ["alive while the process is the same", machine("first", "4711"), true],
    ["dead when the process is gone", machine("first", undefined), false],
    ["dead when its process id belongs to another process", machine("first", "5000"), false],
    [
      "dead after a reboot, even if a process has the same id and start time",
      machine("second", "4711"),
      false,
    ],
  ] as const)("is %s", ([, facts, alive]) => {
    expect(isOwnerAlive(owner, facts)).toBe(alive);
  });

  test("has its start time read from behind a name with spaces and parentheses", () => {
    const fields = Array.from({ length: 30 }, (_, index) => `f${index + 3}`).join(" ");
    expect(parseStartTime(`42 (node (vitest) 1) ${fields}`)).toBe("f22");
  });
});

describe("an engine's processes", () => {
  const engine = { directory: "/run/keyhold-engines/cb11", cgroup: "/keyhold-cb11" };
  const one = (argv: readonly string[], cgroups: readonly string[] = ["/"]): Process => ({
    pid: 1000,
    parent: 1,
    group: 1000,
    argv,
    cgroups,
  });

  test.for<[string, Process, "daemon" | "attendant" | "foreign"]>([
    ["dockerd", one(["/usr/sbin/dockerd", "--host=unix:///run/keyhold-engines/cb11/docker.sock"]), "daemon"],
    [
      "a shim",
      one(["/usr/bin/containerd-shim-runc-v2", "-address", "/run/keyhold-engines/cb11/containerd.sock"]),
      "daemon",
    ],
    ["what runs in a container", one(["sleep", "600"], ["/", "/keyhold-cb11/0123abc"]), "daemon"],
    [
      "what runs in a container of an engine inside a container",
      one(["sleep"], ["/docker/9f/keyhold-cb11/01"]),
      "daemon",
    ],
    [
      "a registry",
      one(["docker-registry", "serve", "/run/keyhold-engines/cb11/registry-1/config.yml"]),
      "attendant",
    ],
    ["an agent", one(["node", "agent/main.ts", "--run-dir", "/run/keyhold-engines/cb11/agent"]), "attendant"],
    [
      "another engine's dockerd",
      one(["dockerd", "--host=unix:///run/keyhold-engines/cb12/docker.sock"]),
      "foreign",
    ],
    ["an engine whose id begins the same", one(["sleep"], ["/keyhold-cb112/0123abc"]), "foreign"],
    ["the machine's own dockerd", one(["/usr/bin/dockerd", "-H", "fd://"]), "foreign"],
    ["a person who reads the log", one(["tail", "-f", "/run/keyhold-engines/cb11/dockerd.log"]), "foreign"],
  ])("count %s right", ([, process, expected]) => {
    expect(daemonsOf(engine, [process]).length).toBe(expected === "daemon" ? 1 : 0);
    expect(attendantsOf(engine, [process]).length).toBe(expected === "attendant" ? 1 : 0);
  });
});

describe("an engine's mounts", () => {
  const text = [
    "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/root rw",
    "40 22 0:40 / /run/keyhold-engines/cb11/memory rw - tmpfs keyhold-engine rw,size=1k",
    "41 40 0:4 net:[1] /run/keyhold-engines/cb11/memory/docker/netns/a rw - nsfs nsfs rw",
    "42 22 0:41 / /run/keyhold-engines/cb112/memory rw - tmpfs x rw",
    "43 22 0:42 / /tmp/with\\040space rw shared:3 master:1 - overlay overlay rw,lowerdir=/x",
    "",
  ].join("\n");

  test("are read with their types and with spaces in their paths", () => {
    expect(parseMounts(text).at(-1)).toEqual({ path: "/tmp/with space", type: "overlay" });
  });

  test("are found below its directory and nowhere else, the innermost first", () => {
    expect(mountsBelow(["/run/keyhold-engines/cb11"], parseMounts(text))).toEqual([
      "/run/keyhold-engines/cb11/memory/docker/netns/a",
      "/run/keyhold-engines/cb11/memory",
    ]);
  });
});

describe("an engine's configuration", () => {
  test("keeps the identity of old engines out of /etc/docker, and says nothing of it to newer ones", () => {
    const wanted = { runtimes: { keyhold: { path: "/x" } } };
    expect(engineConfiguration(wanted, "20.10.24+dfsg1", "/data")).toEqual({
      ...wanted,
      "deprecated-key-path": "/data/key.json",
    });
    expect(engineConfiguration(wanted, "26.1.5", "/data")).toEqual(wanted);
  });

  test("leaves firewall, forwarding and default places alone", () => {
    const args = dockerdArguments(pathsOf({ id: "cb11", subnet: "10.203.17.0/24", dataDirectory: "/data" }));
    for (const off of ["--iptables", "--ip6tables", "--ip-masq", "--ip-forward"])
      expect(args).toContain(`${off}=false`);
    expect(args.filter((one) => /\/var\/lib\/docker|\/run\/docker|\/etc\/docker/.test(one))).toEqual([]);
  });

  test("knows the version of an engine from what it prints", () => {
    expect(parseDockerdVersion("Docker version 20.10.24+dfsg1, build 5d6db84\n")).toBe("20.10.24+dfsg1");
  });
});

describe("the reason why a daemon did not start", () => {
  const log = [
    'time="2026-01-01T00:00:00Z" level=info msg="Starting up"',
    'time="2026-01-01T00:00:01Z" level=warning msg="no blkio weight"',
    "failed to start daemon: error initializing graphdriver: no space left on device",
    "",
  ].join("\n");

  test("is what it says outside of its ordinary lines", () => {
    expect(relevantLines(log)).toEqual([
      "failed to start daemon: error initializing graphdriver: no space left on device",
    ]);
  });

  test("is the end of the log where nothing is marked as an error", () => {
    expect(relevantLines('time="x" level=info msg="Starting up"\n')).toEqual([
      'level=info msg="Starting up"',
    ]);
  });

  test("comes with what to do about it", () => {
    expect(adviceFor(log)).toMatch(/free some disk space/);
    expect(adviceFor("Devices cgroup isn't mounted")).toMatch(/mount the control groups/);
    expect(adviceFor("mount: operation not permitted")).toMatch(/--privileged/);
  });
});
