import { KeyholdError } from "../../../../common/errors.ts";
import { readIfThere } from "../../../../common/files/host-file.ts";
import type { EditRecord } from "./edit.ts";
import type { Places } from "./places.ts";

/** What an installation noted before it changed anything, beside the helper: enough to undo all of it, whatever flags are given then. */
export interface InstallRecord {
  readonly version: 1;
  readonly places: Places;
  readonly isDefault: boolean;
  /** What daemon.json named as the default runtime before; undefined: nothing. */
  readonly previousDefault?: string | undefined;
  /** Directories that were not there before, parents first. */
  readonly directories: readonly string[];
  readonly daemon: EditRecord | undefined;
  readonly client: EditRecord | undefined;
}

export function formatRecord(record: InstallRecord): Buffer {
  return Buffer.from(`${JSON.stringify(record, undefined, 2)}\n`);
}

/** @returns undefined if nothing is installed. @throws KeyholdError `failed` for one that cannot be understood */
export async function readRecord(path: string): Promise<InstallRecord | undefined> {
  const bytes = await readIfThere(path);
  if (bytes === undefined) return undefined;
  try {
    const value = JSON.parse(bytes.toString("utf8")) as Partial<InstallRecord> | null;
    if (value?.version === 1 && value.places !== undefined && Array.isArray(value.directories)) {
      return value as InstallRecord;
    }
  } catch {
    // Said below.
  }
  throw new KeyholdError({
    code: "failed",
    message: `${path} cannot be understood`,
    next: "move it away, and run keyhold agent install again: then only entries that are ours are taken out at uninstall",
  });
}
