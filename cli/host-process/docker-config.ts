import { readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { KeyholdError, messageOf, systemCodeOf } from "../../common/errors.ts";
import type { SecretValue } from "../../common/secret-value.ts";
import { registryKey } from "../../common/workload/registry-host.ts";

type Config = Readonly<Record<string, unknown>>;

/**
 * The caller's client configuration with our registries in it. Everything else stays as it is: contexts, proxies, plugins, the
 * credentials for other registries. Pure.
 *
 * An entry of `auths` counts only where no credential helper is asked for the host, so helpers that would be asked for one of
 * ours are switched off for it: the empty name in `credHelpers` does that.
 */
export function mergeDockerConfig(own: Config, registries: Config): Config {
  const given = objectOf(registries.auths);
  const isGiven = (host: string) => Object.hasOwn(given, registryKey(host));
  const without = (entries: Config): Config =>
    Object.fromEntries(Object.entries(entries).filter(([host]) => !isGiven(host)));
  const helpers = without(objectOf(own.credHelpers));
  const store = typeof own.credsStore === "string" && own.credsStore !== "";
  const off = store ? Object.fromEntries(Object.keys(given).map((host) => [host, ""])) : {};
  return {
    ...own,
    auths: { ...without(objectOf(own.auths)), ...given },
    ...(own.credHelpers === undefined && !store ? {} : { credHelpers: { ...helpers, ...off } }),
  };
}

/**
 * Fills a directory for DOCKER_CONFIG: a `config.json` of its own, everything else of the caller's directory (contexts, plugins,
 * builders, certificates) by links, so that it is found and what is changed there is kept.
 * @param own the caller's directory; it need not exist
 * @throws KeyholdError `precondition` if there is a configuration that cannot be read
 */
export async function writeDockerConfig(
  directory: string,
  registries: SecretValue,
  own: string | undefined,
): Promise<void> {
  const config = own === undefined ? {} : await readConfig(join(own, "config.json"));
  const merged = mergeDockerConfig(config, JSON.parse(registries.text()) as Config);
  const text = `${JSON.stringify(merged, undefined, 2)}\n`;
  await writeFile(join(directory, "config.json"), text, { flag: "wx", mode: 0o600 });
  if (own === undefined) return;
  for (const name of await readdir(own).catch(() => [])) {
    if (name !== "config.json") await symlink(join(own, name), join(directory, name));
  }
}

async function readConfig(path: string): Promise<Config> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (thrown) {
    if (systemCodeOf(thrown) === "ENOENT" || systemCodeOf(thrown) === "ENOTDIR") return {};
    throw unusable(path, messageOf(thrown));
  }
  // No reason is passed on: a JSON error quotes the text, and the text can hold credentials.
  const parsed = parse(text);
  if (parsed === undefined) throw unusable(path, "it is not a JSON object");
  return parsed;
}

function parse(text: string): Config | undefined {
  try {
    const value: unknown = text.trim() === "" ? {} : JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function objectOf(value: unknown): Config {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function unusable(path: string, reason: string): KeyholdError {
  return new KeyholdError({
    code: "precondition",
    message: `cannot add registry credentials to the Docker configuration ${path}: ${reason}`,
    next: "correct the file, or leave the registry secrets out with --secrets",
  });
}
