import type { IncomingMessage } from "node:http";
import { KeyholdError } from "../../common/errors.ts";

/**
 * @param largest bytes
 * @throws KeyholdError `exhausted`, as soon as there is more
 */
export async function readBody(request: IncomingMessage, largest: number): Promise<string> {
  const announced = Number(request.headers["content-length"] ?? 0);
  if (announced > largest) throw tooLarge(announced, largest);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largest) {
      throw tooLarge(size, largest);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function tooLarge(size: number, limit: number): KeyholdError {
  return new KeyholdError({
    code: "exhausted",
    message: `the request has ${size} bytes or more, the limit of this method is ${limit}`,
  });
}
