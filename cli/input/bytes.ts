import type { Readable } from "node:stream";
import { KeyholdError } from "../../common/errors.ts";

/** No secret is larger; the server has narrower limits by kind. In bytes. */
const LARGEST = 1024 * 1024;

/** @throws KeyholdError `invalid` above {@link LARGEST}, without reading on */
export async function readAtMost(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk as Uint8Array);
    size += bytes.length;
    if (size > LARGEST) {
      throw new KeyholdError({
        code: "invalid",
        field: "value",
        message: `the value is larger than ${LARGEST} bytes (1 MiB), the limit for any secret`,
        next: "store a smaller value, such as the key to the data instead of the data",
      });
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
