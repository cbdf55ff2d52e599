import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { KeyholdError } from "../../common/errors.ts";
import { associatedData, KEY_BYTES, open, seal } from "../keys/envelope.ts";
import type { KeyProvider, WrappedKey } from "../keys/key-provider.ts";
import { bytesOf, packTar, readTar, type SmallFile } from "./tar-file.ts";

const PLACE = associatedData({
  purpose: "backup",
  organization: "",
  scope: "",
  secret: "private files",
  uid: "",
  version: 0,
});
const LARGEST_PRIVATE = 1024 * 1024;

/**
 * A backup's own key, wrapped by the root key: only a holder of the root key can make a backup that opens with it. It seals the
 * files that would let their finder act as the server, and authenticates the manifest with everything that this lists.
 */
export class BackupKey {
  readonly #key: Buffer;

  private constructor(key: Buffer) {
    this.#key = key;
  }

  static async make(keys: KeyProvider): Promise<{ key: BackupKey; by: WrappedKey }> {
    const bytes = randomBytes(KEY_BYTES);
    return { key: new BackupKey(bytes), by: await keys.wrap(bytes, PLACE) };
  }

  /** @throws KeyholdError as {@link KeyProvider.unwrap} */
  static async open(keys: KeyProvider, by: WrappedKey): Promise<BackupKey> {
    return new BackupKey(await keys.unwrap(by, PLACE));
  }

  /** Hexadecimal. */
  sealManifest(manifest: Buffer): string {
    const info = "keyhold.v1 backup manifest";
    const key = Buffer.from(hkdfSync("sha256", this.#key, Buffer.alloc(0), info, KEY_BYTES));
    return createHmac("sha256", key).update(manifest).digest("hex");
  }

  holds(manifest: Buffer, given: string): boolean {
    const expected = Buffer.from(this.sealManifest(manifest));
    const bytes = Buffer.from(given);
    return bytes.length === expected.length && timingSafeEqual(bytes, expected);
  }

  async sealFiles(files: readonly SmallFile[], time: number): Promise<Buffer> {
    return seal(this.#key, await buffer(packTar(files, time)), PLACE);
  }

  /** @throws KeyholdError `precondition` if the bytes are not what was sealed */
  async openFiles(sealed: Buffer): Promise<readonly SmallFile[]> {
    const files: SmallFile[] = [];
    try {
      await readTar(open(this.#key, sealed, PLACE), async (entry) => {
        files.push({ name: entry.name, mode: entry.mode, content: await bytesOf(entry, LARGEST_PRIVATE) });
      });
      return files;
    } catch (thrown) {
      throw new KeyholdError({
        code: "precondition",
        message: "the private files of the backup do not open",
        next: "take another copy of the backup",
        cause: thrown,
      });
    }
  }
}
