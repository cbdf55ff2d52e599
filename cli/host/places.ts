import { resolve } from "node:path";
import type { Command } from "commander";
import type { PlaceOptions } from "../../agent/maintenance.ts";

/** The flags that say which engine and which agent of a host is meant; the same for install, uninstall and doctor. */
export interface PlaceFlags {
  readonly instance?: string;
  readonly prefix?: string;
  readonly unitDir?: string;
  readonly state?: string;
  readonly runDir?: string;
  readonly dockerSocket?: string;
  readonly dockerConfig?: string;
  readonly dockerClientConfig?: string;
}

export function withPlaceFlags(command: Command): Command {
  return command
    .option("--docker-config <file>", "the engine's daemon.json (default: /etc/docker/daemon.json)")
    .option("--docker-socket <path>", "the engine's API (default: /var/run/docker.sock)")
    .option(
      "--docker-client-config <file>",
      "config.json of the host's Docker client (default: /root/.docker/config.json)",
    )
    .option("--instance <name>", "of a further engine on this host; its agent has places of its own")
    .option("--state <dir>", "the node's key and certificate (default: /var/lib/keyhold)")
    .option("--run-dir <dir>", "the agent's tmpfs (default: /run/keyhold)")
    .option("--prefix <dir>", "where lib/keyhold and bin are (default: /usr/local)")
    .option("--unit-dir <dir>", "where systemd looks for units (default: /etc/systemd/system)");
}

/** Paths are the caller's, so they are relative to where the caller is. */
export function placeOptions(flags: PlaceFlags): PlaceOptions {
  const at = (path: string | undefined) => (path === undefined ? undefined : resolve(path));
  return {
    instance: flags.instance,
    prefix: at(flags.prefix),
    unitDirectory: at(flags.unitDir),
    stateDirectory: at(flags.state),
    runDirectory: at(flags.runDir),
    dockerSocket: at(flags.dockerSocket?.replace(/^unix:\/\//, "")),
    dockerConfig: at(flags.dockerConfig),
    clientConfig: at(flags.dockerClientConfig),
  };
}
