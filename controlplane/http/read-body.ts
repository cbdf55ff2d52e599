import type { IncomingMessage } from "node:http";
import { KeyholdError } from "../../common/errors.ts";

/**
 * @param largest bytes
 * @throws KeyholdError `exhausted`, as soon as there is more
 */
export async function readBody(request: IncomingMessage, largest: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largest) {
      throw new KeyholdError({
        code: "exhausted",
        message: `the request is larger than ${largest} bytes`,
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
