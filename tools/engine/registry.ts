import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { command } from "../../common/command.ts";
import { endDaemon, readLog, startDaemon, untilReady } from "./daemon.ts";
import type { Engine } from "./engine.ts";

interface RegistryUser {
  readonly user: string;
  readonly password: string;
}

export interface RegistryOptions extends RegistryUser {
  /** The registry lives in this engine's directory, and so is ended with it at the latest. */
  readonly engine: Pick<Engine, "directory">;
  readonly others?: readonly RegistryUser[];
}

export interface Registry extends AsyncDisposable {
  /** `127.0.0.1:PORT`: the first part of its images' names. Engines speak plain HTTP to loopback. */
  readonly host: string;
  /** The users that it has served until now, in the order of their first request. */
  served(): readonly string[];
}

/** Starts an image registry on loopback that wants a user name and a password for everything. */
export async function startRegistry(options: RegistryOptions): Promise<Registry> {
  const directory = join(options.engine.directory, `registry-${randomBytes(4).toString("hex")}`);
  const [config, log] = [join(directory, "config.yml"), join(directory, "registry.log")];
  await mkdir(directory, { mode: 0o700 });
  await writeFile(config, registryConfiguration(directory));
  for (const each of [options, ...(options.others ?? [])]) await addUser(join(directory, "htpasswd"), each);
  const daemon = startDaemon("docker-registry", ["serve", config], log);
  const close = async () => {
    await endDaemon(daemon, 2_000);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await untilReady(daemon, log, async () => asksForPassword(listeningOn(readLog(log))), 10_000);
  } catch (thrown) {
    await close();
    throw thrown;
  }
  return {
    host: listeningOn(readLog(log)) ?? "",
    served: () => usersIn(readLog(log)),
    [Symbol.asyncDispose]: close,
  };
}

/** Bcrypt is the only kind of hash the registry takes. Through stdin: an argument could be read by every user of the machine. */
async function addUser(file: string, { user, password }: RegistryUser): Promise<void> {
  const create = existsSync(file) ? [] : ["-c"];
  await command("htpasswd", [...create, "-i", "-B", "-C", "4", file, user], { input: `${password}\n` });
}

/** Port 0: the kernel chooses a free one, and the log says which. */
function registryConfiguration(directory: string): string {
  const configuration = {
    version: "0.1",
    // It tells whom it has served only then.
    log: { level: "debug" },
    storage: { filesystem: { rootdirectory: join(directory, "images") }, delete: { enabled: true } },
    http: { addr: "127.0.0.1:0", secret: randomBytes(16).toString("hex") },
    auth: { htpasswd: { realm: "keyhold", path: join(directory, "htpasswd") } },
  };
  // JSON is YAML.
  return JSON.stringify(configuration, undefined, 2);
}

function listeningOn(log: string): string | undefined {
  return /listening on (127\.0\.0\.1:\d+)/.exec(log)?.[1];
}

function usersIn(log: string): readonly string[] {
  return [...new Set([...log.matchAll(/ auth\.user\.name=(\S+)/g)].map((match) => match[1] ?? ""))];
}

async function asksForPassword(host: string | undefined): Promise<boolean> {
  if (host === undefined) return false;
  const answer = await fetch(`http://${host}/v2/`).catch(() => undefined);
  await answer?.body?.cancel();
  return answer?.status === 401;
}
