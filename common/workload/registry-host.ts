import { KeyholdError } from "../errors.ts";

/** Docker Hub's key in Docker's configuration file, for historical reasons an address. */
export const DOCKER_HUB_KEY = "https://index.docker.io/v1/";

const HUB_HOSTS: ReadonlySet<string> = new Set([
  "docker.io",
  "index.docker.io",
  "registry-1.docker.io",
  "hub.docker.com",
]);
const HOST = /^(?:\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::([0-9]{1,5}))?$/;
const MAX_LENGTH = 253;

/**
 * The one way a registry is written: `host` or `host:port` in lower case, Docker Hub as {@link DOCKER_HUB_KEY}. Takes also
 * `https://host/`, and the `/v1/` and `/v2/` that Docker's own files carry.
 * @throws KeyholdError `invalid`
 */
export function normalizeRegistry(text: string, field = "secret.registry"): string {
  const host = text
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .replace(/\/(?:v[12]\/?)?$/, "");
  if (HUB_HOSTS.has(host)) return DOCKER_HUB_KEY;
  const port = HOST.exec(host)?.[1];
  if (HOST.test(host) && host.length <= MAX_LENGTH && Number(port ?? 0) <= 65_535) return host;
  throw new KeyholdError({
    code: "invalid",
    field,
    message: `${field} ${JSON.stringify(text)} is not a registry`,
    next: "write a host with an optional port, without a path: ghcr.io, registry.example.com:5000, docker.io",
  });
}

/**
 * The key under which registry clients look for a host in their configuration, for a host in whatever spelling a client asks for:
 * bare (`ghcr.io`, `localhost:5000`), but {@link DOCKER_HUB_KEY} for Docker Hub. Never throws.
 */
export function registryKey(asked: string): string {
  const host = asked
    .trim()
    .replace(/^https?:\/\//, "")
    .replace(/\/.*$/, "")
    .toLowerCase();
  return HUB_HOSTS.has(host) ? DOCKER_HUB_KEY : host;
}
