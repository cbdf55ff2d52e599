import type { EnginePaths } from "./record.ts";

/** The plugins of containerd that an engine does not use; some would write outside their directories (`/opt/containerd`). */
const UNUSED_PLUGINS = [
  "io.containerd.grpc.v1.cri",
  "io.containerd.cri.v1.images",
  "io.containerd.cri.v1.runtime",
  "io.containerd.internal.v1.opt",
  "io.containerd.snapshotter.v1.aufs",
  "io.containerd.snapshotter.v1.blockfile",
  "io.containerd.snapshotter.v1.btrfs",
  "io.containerd.snapshotter.v1.devmapper",
  "io.containerd.snapshotter.v1.zfs",
  "io.containerd.nri.v1.nri",
  "io.containerd.tracing.processor.v1.otlp",
  "io.containerd.internal.v1.tracing",
];

/** The text of containerd's configuration file. */
export function containerdConfiguration(paths: EnginePaths): string {
  // A string of JSON is a string of TOML.
  const text = (value: string) => JSON.stringify(value);
  return [
    "version = 2",
    `root = ${text(paths.containerdRoot)}`,
    `state = ${text(paths.containerdState)}`,
    `disabled_plugins = [${UNUSED_PLUGINS.map(text).join(", ")}]`,
    "[grpc]",
    `  address = ${text(paths.containerdSocket)}`,
    "[ttrpc]",
    `  address = ${text(`${paths.containerdSocket}.ttrpc`)}`,
    "",
  ].join("\n");
}

/**
 * dockerd's arguments. What makes the engine private is here, what users of the engine may change is in its configuration file
 * (dockerd refuses a setting that is in both).
 */
export function dockerdArguments(paths: EnginePaths): readonly string[] {
  return [
    `--config-file=${paths.configFile}`,
    `--host=unix://${paths.socket}`,
    "--group=root",
    // Without it dockerd 20.10 silently uses the containerd of the system where one runs.
    `--containerd=${paths.containerdSocket}`,
    `--data-root=${paths.dataRoot}`,
    `--exec-root=${paths.execRoot}`,
    `--pidfile=${paths.pidFile}`,
    // A bridge of its own: --bip would fight over docker0.
    `--bridge=${paths.bridge}`,
    // The host's firewall and forwarding stay as they are. Containers reach the host and each other, not the world; published
    // ports are served by docker-proxy, on loopback only.
    "--iptables=false",
    "--ip6tables=false",
    "--ip-masq=false",
    "--ip-forward=false",
    "--ip=127.0.0.1",
    // The systemd driver would ask the system's manager for slices.
    "--exec-opt=native.cgroupdriver=cgroupfs",
    `--cgroup-parent=${paths.cgroup}`,
  ];
}

/**
 * The engine's configuration file: what the caller wants, and the place of the engine's identity. Before version 23 dockerd keeps
 * a key for that in `/etc/docker/key.json`, whatever its data root; the setting that moves it was never a flag, and later versions
 * may refuse it.
 */
export function engineConfiguration(
  wanted: Readonly<Record<string, unknown>>,
  dockerdVersion: string,
  dataDirectory: string,
): Readonly<Record<string, unknown>> {
  if (Number.parseInt(dockerdVersion, 10) >= 23) return wanted;
  return { ...wanted, "deprecated-key-path": `${dataDirectory}/key.json` };
}

/** `20.10.24+dfsg1` of `Docker version 20.10.24+dfsg1, build 5d6db84`. */
export function parseDockerdVersion(output: string): string {
  return /version ([^\s,]+)/.exec(output)?.[1] ?? "0";
}
