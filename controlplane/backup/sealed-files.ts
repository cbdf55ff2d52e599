import { randomBytes } from "node:crypto";
import { KeyholdError } from "../../common/errors.ts";
import { associatedData, KEY_BYTES, open, seal } from "../keys/envelope.ts";
import type { KeyProvider, WrappedKey } from "../keys/key-provider.ts";
import { readTar, type TarEntry, tarEntries } from "./tar.ts";

const PLACE = associatedData({
  purpose: "backup",
  organization: "",
  scope: "",
  secret: "private files",
  uid: "",
  version: 0,
});

/** Files that would let their finder act as the server, sealed as values are: without the root key they are nothing. */
export async function sealFiles(
  keys: KeyProvider,
  files: readonly TarEntry[],
  time: number,
): Promise<{ sealed: Buffer; by: WrappedKey }> {
  const key = randomBytes(KEY_BYTES);
  const by = await keys.wrap(key, PLACE);
  return { sealed: seal(key, tarEntries(files, time), PLACE), by };
}

/** @throws KeyholdError as {@link KeyProvider.unwrap}; `precondition` if the bytes are not what was sealed */
export async function unsealFiles(
  keys: KeyProvider,
  sealed: Uint8Array,
  by: WrappedKey,
): Promise<readonly TarEntry[]> {
  const key = await keys.unwrap(by, PLACE);
  try {
    return readTar(open(key, sealed, PLACE));
  } catch (thrown) {
    throw new KeyholdError({
      code: "precondition",
      message: "the private files of the backup do not open",
      next: "take another copy of the backup",
      cause: thrown,
    });
  }
}
