import { KeyholdError } from "../../common/errors.ts";

const MAX_PATH = 4096;
const MAX_PART = 255;
/** Mounting a file over these would break the container, or hide what the kernel shows there. */
const FORBIDDEN = /^\/(?:proc|sys|dev)(?:\/|$)/;

/**
 * A path that is written in exactly one way, so that equal paths are equal text.
 * @throws KeyholdError `invalid`
 */
export function checkPath(path: string): string {
  const reason = reasonAgainst(path);
  if (reason === undefined) return path;
  throw new KeyholdError({
    code: "invalid",
    field: "secret.path",
    message: `the path ${JSON.stringify(path.slice(0, 200))} ${reason}`,
    next: "use an absolute path of a file, like /run/secrets/tls.crt",
  });
}

function reasonAgainst(path: string): string | undefined {
  const bytes = Buffer.byteLength(path);
  if (bytes > MAX_PATH) return `has ${bytes} bytes, the limit is ${MAX_PATH}`;
  if (!path.startsWith("/")) return "is not absolute";
  if (/\p{Cc}/u.test(path)) return "has a control character";
  const parts = path.slice(1).split("/");
  if (parts.some((part) => part === "." || part === "..")) return "has a part '.' or '..'";
  if (parts.some((part) => part === "")) return "has an empty part";
  if (parts.some((part) => Buffer.byteLength(part) > MAX_PART))
    return `has a part of more than ${MAX_PART} bytes`;
  if (FORBIDDEN.test(path)) return "is below /proc, /sys or /dev";
  return undefined;
}

/** `/var/run` is a link to `/run` in nearly every image, so both mean the same place there. */
export function canonicalPath(path: string): string {
  return path.startsWith("/var/run/") ? path.slice("/var".length) : path;
}

/** Whether `path` is `directory` or lies below it. */
export function isWithin(path: string, directory: string): boolean {
  return path === directory || path.startsWith(`${directory}/`);
}
