import { KeyholdError } from "../../common/errors.ts";

/** Docker Hub's key in Docker's configuration file, for historical reasons an address. */
export const DOCKER_HUB = "https://index.docker.io/v1/";

const HUB_HOSTS: ReadonlySet<string> = new Set(["docker.io", "index.docker.io", "registry-1.docker.io"]);
const HOST = /^(?:\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::([0-9]{1,5}))?$/;
const MAX_LENGTH = 253;

/**
 * The one way a registry is written: `host` or `host:port` in lower case, Docker Hub as {@link DOCKER_HUB}. Takes also
 * `https://host/`, and the `/v1/` and `/v2/` that Docker's own files carry.
 * @throws KeyholdError `invalid`
 */
export function normaliseRegistry(text: string, field = "secret.registry"): string {
  const host = text
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .replace(/\/(?:v[12]\/?)?$/, "");
  if (HUB_HOSTS.has(host)) return DOCKER_HUB;
  const port = HOST.exec(host)?.[1];
  if (HOST.test(host) && host.length <= MAX_LENGTH && Number(port ?? 0) <= 65_535) return host;
  throw new KeyholdError({
    code: "invalid",
    field,
    message: `${field} ${JSON.stringify(text)} is not a registry`,
    next: "write a host with an optional port, without a path: ghcr.io, registry.example.com:5000, docker.io",
  });
}
