import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { KeyholdError } from "../../common/errors.ts";

/*
 * A data directory whose database is missing or empty is either new or has lost its database: a volume that is not mounted, a
 * copy that ended early, half of a restore. The two are told apart by the files that a complete first start leaves beside the database.
 *
 * `.first-start` exists from the beginning of a first start until its end, so that a first start that was killed is simply repeated.
 */

/** What a complete first start leaves beside the database. */
const BESIDE = ["keys.json", "ca.key", "ca.crt", "owner-token"] as const;
const MARKER = ".first-start";

/** True if the file does not exist or holds nothing. */
export function isMissingOrEmpty(file: string): boolean {
  return !existsSync(file) || statSync(file).size === 0;
}

/**
 * Allows a first start in a directory that holds nothing of an earlier server, and marks it as begun.
 * @param database names the empty database in the error: its path or address
 * @throws KeyholdError `precondition` if files of an earlier server are there: nothing was changed
 */
export function beginFirstStart(directory: string, database: string): void {
  const marker = join(directory, MARKER);
  if (existsSync(marker)) return;
  const found = BESIDE.filter((name) => existsSync(join(directory, name)));
  if (found.length > 0) throw lostDatabase(directory, database, found);
  writeFileSync(marker, "This file exists while the first start of a server is not complete.\n", {
    mode: 0o600,
  });
}

/** Marks the first start as complete. Calling it for any later start is harmless. */
export function endFirstStart(directory: string): void {
  rmSync(join(directory, MARKER), { force: true });
}

/**
 * Moves what an earlier server left into a directory of its own inside the data directory, for `server start --new`.
 * @param now milliseconds since 1970; part of the directory's name
 * @returns the new directory; undefined if there was nothing to move
 */
export function moveAside(directory: string, now: number): string | undefined {
  const names = readdirSync(directory).filter(
    (name) => (BESIDE as readonly string[]).includes(name) || /^(keyhold\.db|server\.)/.test(name),
  );
  if (names.length === 0) return undefined;
  const aside = join(directory, `before-${new Date(now).toISOString().replaceAll(":", "-")}`);
  mkdirSync(aside, { mode: 0o700 });
  for (const name of names) renameSync(join(directory, name), join(aside, name));
  return aside;
}

function lostDatabase(directory: string, database: string, found: readonly string[]): KeyholdError {
  return new KeyholdError({
    code: "precondition",
    message: `the database ${database} is missing or empty, and ${directory} holds ${found.join(", ")} of an earlier server; nothing was changed`,
    next:
      `mount the volume or put back the database; or restore a backup into an empty directory with: keyhold server restore FILE; ` +
      `or, to begin anew and lose every secret, start with --new, which moves the old files aside`,
  });
}
