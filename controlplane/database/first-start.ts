import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { KeyholdError } from "../../common/errors.ts";

/*
 * A data directory whose database is missing or empty is either new or has lost its database: a volume that is not mounted, a
 * copy that ended early, half of a restore. The two are told apart by the files that a complete first start leaves beside the database.
 *
 * `.first-start` exists from the beginning of a first start until its end, so that a first start that was killed is simply repeated.
 * The order of a first start is: `.first-start`, `keys.json`, the tables with the first wrapped key, the CA, the owner's token. So
 * `.first-start` explains a `keys.json` without a database, and nothing more.
 */

/** What a complete first start leaves beside the database. */
const BESIDE = ["keys.json", "ca.key", "ca.crt", "owner-token"] as const;
/** What a first start may have made before the database belongs to its keys. */
const BEFORE_DATABASE: readonly string[] = ["keys.json"];
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
  const found = filesBeside(directory);
  const isRepeated = existsSync(marker) && found.every((name) => BEFORE_DATABASE.includes(name));
  if (isRepeated) return;
  if (found.length > 0) throw lostDatabase(directory, database, found);
  writeFileSync(marker, "This file exists while the first start of a server is not complete.\n", {
    mode: 0o600,
  });
}

/** Takes the mark away again where a first start failed before it made anything: files that come later are not its own. */
export function abandonFirstStart(directory: string): void {
  if (filesBeside(directory).length === 0) endFirstStart(directory);
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

function filesBeside(directory: string): readonly string[] {
  return BESIDE.filter((name) => existsSync(join(directory, name)));
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
