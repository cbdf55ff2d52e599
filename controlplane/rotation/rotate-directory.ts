import { openStore } from "../database.ts";
import { askToRotate } from "../keys/control/control-client.ts";
import type { KeyPlace } from "../keys/keyring-document.ts";
import { requireDatabase } from "../keys/require-database.ts";
import type { RewrapProgress } from "./rewrap.ts";
import type { RotationResult } from "./rotate.ts";

/**
 * Gives the database of a data directory a new root key: by the server that runs on it, which goes on serving, or under the
 * directory's lock if none runs.
 * @param place where the new key is to be; undefined: where the present one is
 * @throws KeyholdError `not-found` if there is no database
 */
export async function rotateDirectory(
  directory: string,
  place: KeyPlace | undefined,
  onProgress: (progress: RewrapProgress) => void,
): Promise<RotationResult & { readonly byServer: boolean }> {
  requireDatabase(directory);
  const answered = await askToRotate(directory, place, onProgress);
  if (answered !== undefined) return { ...answered, byServer: true };
  const store = await openStore({ directory });
  try {
    return { ...(await store.rootKey.rotate(place, onProgress)), byServer: false };
  } finally {
    await store.close();
  }
}
