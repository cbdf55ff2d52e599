import { MAX_PATH_BYTES, MAX_PATH_PART_BYTES } from "./limits.ts";

/** Where a container finds its files by default. They change together there. */
export const SECRETS_DIRECTORY = "/run/secrets";
/** What the variable DOCKER_CONFIG names. */
export const DOCKER_CONFIG_DIRECTORY = `${SECRETS_DIRECTORY}/.docker`;
export const DOCKER_CONFIG_FILE = `${DOCKER_CONFIG_DIRECTORY}/config.json`;

/** Directories of the kernel or of the runtime: a file mounted into one breaks the container or is hidden at once. */
const PROTECTED_DIRECTORIES = ["/proc", "/sys", "/dev"];

/** Where a file secret lands that has no path of its own. */
export function defaultPath(id: string): string {
  return `${SECRETS_DIRECTORY}/${id}`;
}

/** A path without `.`, `..`, empty parts and a slash at its end. Undefined if it is not absolute or has a part `..`. */
export function normalPath(path: string): string | undefined {
  if (!path.startsWith("/") || path.includes("\0")) return undefined;
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  return parts.includes("..") ? undefined : `/${parts.join("/")}`;
}

/** Whether `path` is `directory` or lies below it. */
export function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory === "/" ? "/" : `${directory}/`);
}

/** Whether one of two files would be the other, or a directory on the way to it. */
export function isClash(one: string, other: string): boolean {
  return isWithin(one, other) || isWithin(other, one);
}

/** `/var/run` is a link to `/run` in nearly every image, so both mean the same place there. */
export function canonicalPath(path: string): string {
  return isWithin(path, "/var/run") ? path.slice("/var".length) : path;
}

/** Why no file of a secret can be at this path, as the end of a sentence that begins with the path. Undefined if one can. */
export function reasonAgainstPath(path: string): string | undefined {
  const bytes = byteLength(path);
  if (bytes > MAX_PATH_BYTES) return `has ${bytes} bytes, the limit is ${MAX_PATH_BYTES}`;
  if (!path.startsWith("/")) return "is not absolute";
  if (/\p{Cc}/u.test(path)) return "has a control character";
  const parts = path.slice(1).split("/");
  if (parts.some((part) => part === "." || part === "..")) return "has a part '.' or '..'";
  if (parts.some((part) => part === "")) return "has an empty part";
  if (parts.some((part) => byteLength(part) > MAX_PATH_PART_BYTES))
    return `has a part of more than ${MAX_PATH_PART_BYTES} bytes`;
  return reasonAgainstPlace(canonicalPath(path));
}

function reasonAgainstPlace(path: string): string | undefined {
  if (PROTECTED_DIRECTORIES.some((directory) => isWithin(path, directory)))
    return `is below ${PROTECTED_DIRECTORIES.join(", ").replace(/, (?=[^,]*$)/, " or ")}`;
  if (path === SECRETS_DIRECTORY) return "is a directory";
  const isOurs = path.startsWith(`${SECRETS_DIRECTORY}/..`) || isWithin(path, DOCKER_CONFIG_DIRECTORY);
  return isOurs ? "is a name that keyhold uses itself" : undefined;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
