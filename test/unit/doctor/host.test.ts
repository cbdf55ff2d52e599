import { describe, expect, test } from "vitest";
import type { Check } from "../../../agent/doctor/check.ts";
import type { DoctorFacts } from "../../../agent/doctor/facts.ts";
import { judgeAgent } from "../../../agent/doctor/judge-agent.ts";
import { judgeEngine } from "../../../agent/doctor/judge-engine.ts";
import { judgeHost } from "../../../agent/doctor/judge-host.ts";
import { placesOf } from "../../../agent/engine/docker/install/places.ts";
import { unitText } from "../../../agent/engine/docker/install/unit.ts";
import { VERSION } from "../../../common/version.ts";

const places = placesOf({});
const NOW = Date.parse("2026-11-21T12:00:00Z");
const HOUR = 3_600_000;
const GIGABYTE = 1 << 30;
const plenty = { free: GIGABYTE, total: 2 * GIGABYTE };

const status = {
  version: VERSION,
  pid: 42,
  node: "organizations/acme/nodes/build-1",
  server: "keyhold.example.com:7444",
  connected: true,
  projects: ["organizations/acme/projects/web"],
  problems: [],
};
const engine = {
  version: "20.10.24",
  apiVersion: "1.41",
  dataRoot: "/var/lib/docker",
  runtimes: { runc: "runc", keyhold: places.helper },
  defaultRuntime: "runc",
  cgroup: "v2, systemd",
  rootless: false,
};
const container = {
  id: "c1",
  name: "web",
  running: true,
  labels: { "keyhold.workspace": "acme/ws-1" },
  runtime: "keyhold",
};
const tmpfs = { type: "tmpfs", source: "keyhold", options: ["rw", "nosuid", "nodev", "noexec"] };

/** A host where all is well. */
const WELL: DoctorFacts = {
  places,
  now: NOW,
  agent: { is: status },
  runtimeSocket: true,
  identity: { is: { node: status.node, server: "keyhold.example.com:7443", notAfter: NOW + 20 * HOUR } },
  keyFiles: [{ path: `${places.stateDirectory}/node.key`, mode: 0o600, uid: 0 }],
  stateSpace: plenty,
  engine: { is: engine },
  engineProcess: { pid: 7, argv: ["/usr/sbin/dockerd", "-H", "fd://"] },
  containers: [container, { ...container, id: "c2", name: "plain", labels: {}, runtime: "runc" }],
  execRootProblem: undefined,
  daemonText: JSON.stringify({ runtimes: { keyhold: { path: places.helper } } }),
  helper: {
    isThere: true,
    isCurrent: true,
    settings: ["socket=/run/keyhold/runtime.sock", "data_root=/var/lib/docker", ""],
  },
  runDirectory: { mount: tmpfs, mode: 0o700, space: plenty },
  coreDumps: { pattern: "core", limit: "0", filter: "00000033" },
  credentials: { isInstalled: true, isOnPath: true, configured: { is: ["ghcr.io"] }, known: ["ghcr.io"] },
  unit: {
    text: unitText(places, { keyhold: ["/opt/keyhold/bin/keyhold"], server: undefined }),
    isEnabled: true,
    systemd: true,
  },
};

function judge(facts: DoctorFacts): readonly Check[] {
  return [...judgeEngine(facts), ...judgeAgent(facts), ...judgeHost(facts)];
}

test("a host where all is well has nothing to be done", () => {
  const checks = judge(WELL);
  expect(checks.filter((check) => check.status !== "ok" || check.next !== undefined)).toEqual([]);
  expect(new Set(checks.map(({ check }) => check)).size).toBe(checks.length);
});

/** Check, status, what is wrong, a part of the reason, a part of what to do. */
type Case = readonly [string, Check["status"], Partial<DoctorFacts>, RegExp, RegExp];

const CASES: readonly Case[] = [
  [
    "engine.reachable",
    "fail",
    { engine: { problem: "it does not answer" } },
    /does not answer/,
    /systemctl start docker/,
  ],
  [
    "engine.reachable",
    "fail",
    { engine: { is: { ...engine, apiVersion: "1.40" } } },
    /API 1\.40, keyhold needs 1\.41/,
    /20\.10/,
  ],
  ["engine.reachable", "fail", { engine: { is: { ...engine, rootless: true } } }, /rootless/, /as root/],
  [
    "engine.cgroup",
    "warn",
    { engine: { is: { ...engine, cgroup: "v1, none" } } },
    /cannot be limited/,
    /control groups/,
  ],
  ["engine.runtime", "warn", { daemonText: "{}" }, /after its next start it is gone/, /agent install/],
  [
    "engine.runtime",
    "fail",
    { engine: { is: { ...engine, runtimes: { keyhold: "/opt/x" } } } },
    /is \/opt\/x, not/,
    /--instance/,
  ],
  [
    "engine.runtime",
    "fail",
    { engine: { is: { ...engine, runtimes: {} } }, daemonText: undefined },
    /has no runtime keyhold/,
    /agent install/,
  ],
  [
    "engine.runtime",
    "fail",
    { engine: { is: { ...engine, runtimes: {} } } },
    /has not taken it up/,
    /systemctl reload docker/,
  ],
  [
    "engine.runtime",
    "fail",
    {
      engine: { is: { ...engine, runtimes: {} } },
      engineProcess: { pid: 7, argv: ["dockerd", "--config-file", "/x.json"] },
    },
    /reads \/x\.json/,
    /--docker-config \/x\.json/,
  ],
  [
    "engine.helper",
    "fail",
    { helper: { ...WELL.helper, isThere: false } },
    /no runtime helper/,
    /agent install/,
  ],
  [
    "engine.helper",
    "fail",
    { engine: { problem: "away" }, helper: { ...WELL.helper, isThere: false } },
    /no runtime helper/,
    /agent install/,
  ],
  [
    "engine.helper",
    "warn",
    { helper: { ...WELL.helper, isCurrent: false } },
    /another release/,
    /agent install/,
  ],
  [
    "engine.helper-settings",
    "fail",
    { helper: { ...WELL.helper, settings: ["socket=/run/keyhold/runtime.sock"] } },
    /does not say data_root=/,
    /agent install/,
  ],
  [
    "engine.containers",
    "fail",
    { containers: [{ ...container, runtime: "runc" }] },
    /without their secrets: web \(runc\)/,
    /--default-runtime/,
  ],
  [
    "engine.containers",
    "warn",
    { containers: [{ ...container, labels: { app: "web" } }] },
    /no label that begins with keyhold\.: web$/,
    /not under `deploy:`/,
  ],
  [
    "engine.exec-root",
    "fail",
    { execRootProblem: "the exec root /d is not on tmpfs" },
    /not on tmpfs/,
    /--exec-root/,
  ],
  [
    "agent.running",
    "fail",
    { agent: { problem: "it does not answer at /run/keyhold" } },
    /does not answer/,
    /start it/,
  ],
  [
    "agent.running",
    "warn",
    { agent: { is: { ...status, version: "0.0.1" } } },
    /release 0\.0\.1/,
    /restart it/,
  ],
  ["agent.socket", "fail", { runtimeSocket: false }, /nothing listens/, /start it/],
  ["agent.identity", "fail", { identity: { problem: "node.key is not a key" } }, /not a key/, /join-token/],
  ["agent.identity", "fail", { identity: { is: undefined } }, /not enrolled/, /join-token/],
  [
    "agent.identity",
    "fail",
    { identity: { is: { node: status.node, server: "s:1", notAfter: NOW - 1 } } },
    /acme\/nodes\/build-1 has ended/,
    /renews by itself/,
  ],
  [
    "agent.identity",
    "warn",
    { identity: { is: { node: status.node, server: "s:1", notAfter: NOW + HOUR / 2 } } },
    /was not renewed/,
    /reachable/,
  ],
  [
    "agent.connected",
    "fail",
    { agent: { is: { ...status, connected: false } } },
    /not connected to keyhold\.example\.com:7444/,
    /journalctl/,
  ],
  ["agent.connected", "fail", { agent: { problem: "away" } }, /nothing is known of its stream/, /start it/],
  [
    "state.permissions",
    "fail",
    { keyFiles: [{ path: "/s/node.key", mode: 0o640, uid: 0 }] },
    /\/s\/node\.key can be read/,
    /chmod go= \/s\/node\.key/,
  ],
  [
    "state.permissions",
    "fail",
    { keyFiles: [{ path: "/s/node.key", mode: 0o600, uid: 1000 }] },
    /by others/,
    /chown root/,
  ],
  ["state.space", "fail", { stateSpace: { free: 1000, total: 5 } }, /0 MB are free/, /df -h/],
  ["state.space", "warn", { stateSpace: { free: 9 << 20, total: 5 } }, /9 MB are free/, /df -h/],
  ["state.space", "warn", { stateSpace: undefined }, /is not there yet/, /start the agent/],
  [
    "run-dir.mount",
    "fail",
    { runDirectory: { ...WELL.runDirectory, mount: undefined } },
    /no tmpfs is mounted/,
    /start the agent/,
  ],
  [
    "run-dir.mount",
    "fail",
    { runDirectory: { ...WELL.runDirectory, mount: { ...tmpfs, source: "tmpfs" } } },
    /something else/,
    /--run-dir/,
  ],
  [
    "run-dir.mount",
    "fail",
    { runDirectory: { ...WELL.runDirectory, mount: { ...tmpfs, options: ["rw", "nosuid"] } } },
    /is not nodev, noexec/,
    /remount/,
  ],
  [
    "run-dir.mount",
    "fail",
    { runDirectory: { ...WELL.runDirectory, mode: 0o755 } },
    /open to other users/,
    /chmod 700/,
  ],
  [
    "run-dir.space",
    "fail",
    { runDirectory: { ...WELL.runDirectory, space: { free: 1, total: 100 } } },
    /1 % of/,
    /remount,size/,
  ],
  [
    "run-dir.space",
    "warn",
    { runDirectory: { ...WELL.runDirectory, space: { free: 10, total: 100 } } },
    /10 % of/,
    /remount,size/,
  ],
  [
    "run-dir.space",
    "warn",
    { runDirectory: { ...WELL.runDirectory, mount: undefined } },
    /nothing is mounted/,
    /start the agent/,
  ],
  [
    "host.core-dumps",
    "warn",
    { coreDumps: { pattern: "core", limit: "unlimited", filter: "00000033" } },
    /may leave a core dump/,
    /LimitCORE=0/,
  ],
  [
    "host.core-dumps",
    "warn",
    { coreDumps: { pattern: "|/usr/share/apport %p", limit: "0", filter: "00000033" } },
    /hands core dumps to \/usr\/share\/apport/,
    /kernel\.core_pattern/,
  ],
  [
    "credentials.helper",
    "warn",
    { credentials: { ...WELL.credentials, isInstalled: false } },
    /has no credentials/,
    /agent install/,
  ],
  [
    "credentials.helper",
    "warn",
    { credentials: { ...WELL.credentials, isOnPath: false } },
    /is not on PATH/,
    /add \/usr\/local\/bin/,
  ],
  [
    "credentials.registries",
    "fail",
    { credentials: { ...WELL.credentials, configured: { problem: "it is not JSON" } } },
    /not JSON/,
    /by hand/,
  ],
  [
    "credentials.registries",
    "warn",
    { credentials: { ...WELL.credentials, known: ["docker.io", "ghcr.io"] } },
    /does not ask keyhold for docker\.io, https/,
    /agent install/,
  ],
  [
    "credentials.registries",
    "warn",
    { credentials: { ...WELL.credentials, known: undefined } },
    /are not known/,
    /agent/,
  ],
  [
    "credentials.projects",
    "fail",
    { agent: { is: { ...status, problems: ["web and api differ"] } } },
    /web and api differ/,
    /docker-credential-keyhold list/,
  ],
  ["host.unit", "warn", { unit: { ...WELL.unit, text: undefined } }, /does not come up/, /agent install/],
  [
    "host.unit",
    "fail",
    { unit: { ...WELL.unit, text: "[Unit]\nBefore=network.target\n" } },
    /not ordered before docker\.service/,
    /agent install/,
  ],
  ["host.unit", "warn", { unit: { ...WELL.unit, isEnabled: false } }, /not enabled/, /systemctl enable/],
  ["host.unit", "warn", { unit: { ...WELL.unit, systemd: false } }, /does not run here/, /supervises/],
];

test("a core dump without the agent's memory is none, whoever takes it", () => {
  const coreDumps = { pattern: "|/usr/share/apport %p", limit: "unlimited", filter: "00000000" };
  expect(judgeHost({ ...WELL, coreDumps }).find(({ check }) => check === "host.core-dumps")?.status).toBe(
    "ok",
  );
});

describe("each check", () => {
  test.each(CASES)("%s: %s", (name, expected, wrong, reason, next) => {
    const found = judge({ ...WELL, ...wrong }).filter(({ check }) => check === name);
    expect(found).toEqual([
      {
        check: name,
        status: expected,
        reason: expect.stringMatching(reason),
        next: expect.stringMatching(next),
      },
    ]);
  });

  test("is made to complain by one of these", () => {
    const all = new Set(judge(WELL).map(({ check }) => check));
    expect(all).toEqual(new Set(CASES.map(([name]) => name)));
  });
});
