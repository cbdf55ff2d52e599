import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { type CommandResult, tryCommand } from "../../../common/command.ts";
import { KeyholdError, systemCodeOf } from "../../../common/errors.ts";
import { composePlugin } from "../../../tools/engine/kinds/kind.ts";
import type { EngineConnection } from "../../../tools/stage/engine-connection.ts";
import { engineMissing } from "./engine.ts";

/** The Compose plugin, or why the tests with Compose are skipped here (then the plugin is empty). */
export async function findCompose(): Promise<{
  readonly plugin: string;
  readonly missing: string | undefined;
}> {
  if (engineMissing !== undefined) return { plugin: "", missing: engineMissing };
  try {
    return { plugin: await composePlugin(), missing: undefined };
  } catch (thrown) {
    return { plugin: "", missing: KeyholdError.from(thrown, "Docker Compose").message };
  }
}

export interface ComposeOptions {
  readonly plugin: string;
  readonly engine: Pick<EngineConnection, "socket" | "programs">;
  /** Gets the client's configuration; the caller removes it. */
  readonly directory: string;
}

export type Compose = (...args: readonly string[]) => Promise<CommandResult>;

/** `docker compose` as a person types it, with a client configuration of its own in which the plugin is. */
export async function composeFor({ plugin, engine, directory }: ComposeOptions): Promise<Compose> {
  const configuration = await clientWithCompose(directory, plugin);
  const variables = [
    `DOCKER_HOST=unix://${engine.socket}`,
    `DOCKER_CONFIG=${configuration}`,
    "HOME=/proc/none",
  ];
  const client = engine.programs?.client ?? "docker";
  return (...args) => tryCommand("env", [...variables, client, "compose", ...args]);
}

/** A client configuration with the plugin. @returns its path, for DOCKER_CONFIG */
export async function clientWithCompose(directory: string, plugin: string): Promise<string> {
  const plugins = join(directory, "docker-client/cli-plugins");
  await mkdir(plugins, { recursive: true });
  await symlink(plugin, join(plugins, "docker-compose")).catch((thrown: unknown) => {
    if (systemCodeOf(thrown) !== "EEXIST") throw thrown;
  });
  return join(directory, "docker-client");
}
