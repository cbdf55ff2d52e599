import { KeyholdError, messageOf, systemCodeOf } from "../../common/errors.ts";

/**
 * Why something could not be written to the run directory: `exhausted` if its tmpfs is full, else `failed`.
 * @param what `the files of container web`
 */
export function cannotWrite(what: string, runDirectory: string, cause: unknown): KeyholdError {
  if (!isFull(cause)) {
    const message = `cannot write ${what} below ${runDirectory}: ${messageOf(cause)}`;
    return new KeyholdError({ code: "failed", message, cause });
  }
  return new KeyholdError({
    code: "exhausted",
    message: `the tmpfs at ${runDirectory} has no room for ${what}`,
    next: `remove containers that are not needed, or give it more room: mount -o remount,size=1g ${runDirectory}`,
    cause,
  });
}

export function isFull(thrown: unknown): boolean {
  return ["ENOSPC", "EDQUOT"].includes(systemCodeOf(thrown) ?? "");
}
