/** Where a container finds its files. */
export const SECRETS_DIRECTORY = "/run/secrets";
/** What DOCKER_CONFIG points at. */
export const DOCKER_CONFIG_DIRECTORY = `${SECRETS_DIRECTORY}/.docker`;
export const DOCKER_CONFIG_FILE = `${DOCKER_CONFIG_DIRECTORY}/config.json`;

/** A path without `.`, `..`, empty parts and a slash at its end; undefined if it is not absolute or climbs above the root. */
export function normalPath(path: string): string | undefined {
  if (!path.startsWith("/") || path.includes("\0")) return undefined;
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") return undefined;
    parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** Whether `path` is `directory` or lies below it. */
export function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === "/" ? "/" : `${directory}/`);
}

/** `/var/run` is a link to `/run` in nearly every image, so both mean the same place there. */
export function canonicalPath(path: string): string {
  return path === "/var/run" || path.startsWith("/var/run/") ? path.slice("/var".length) : path;
}
