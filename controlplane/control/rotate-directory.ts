import { requireDatabase } from "../database/require-database.ts";
import { openStore } from "../database.ts";
import type { RewrapProgress } from "../rotation/rewrap.ts";
import type { RotationRequest, RotationResult } from "../rotation/rotate.ts";
import { askToRotate } from "./control-client.ts";

/**
 * Gives the database of a data directory a new root key: by the server that runs on it, which goes on serving, or under the
 * directory's lock if none runs.
 * @throws KeyholdError `not-found` if there is no database
 */
export async function rotateDirectory(
  directory: string,
  wanted: RotationRequest,
  onProgress: (progress: RewrapProgress) => void,
): Promise<RotationResult & { readonly byServer: boolean }> {
  requireDatabase(directory);
  const answered = await askToRotate(directory, wanted, onProgress);
  if (answered !== undefined) return { ...answered, byServer: true };
  const store = await openStore({ directory });
  try {
    return { ...(await store.rootKey.rotate(wanted, onProgress)), byServer: false };
  } finally {
    await store.close();
  }
}
