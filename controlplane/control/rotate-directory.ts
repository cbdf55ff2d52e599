import { requireDatabase } from "../database/require-database.ts";
import { openStore } from "../database.ts";
import type { KeyPlace } from "../keys/keyring-document.ts";
import type { RewrapProgress } from "../rotation/rewrap.ts";
import type { RotationResult } from "../rotation/rotate.ts";
import { askToRotate } from "./control-client.ts";

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
