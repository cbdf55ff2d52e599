import { once } from "node:events";
import { connect } from "node:net";
import { PROTOCOL } from "../../agent/runtime/wire.ts";

/** A question's bytes as the helper writes them. */
export function questionBytes(strings: readonly string[]): Buffer {
  const body = Buffer.from(strings.map((each) => `${each}\0`).join(""));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  return Buffer.concat([length, body]);
}

export const createQuestion = questionBytes([PROTOCOL, "create", "/", "create", "--bundle", "/b", "id"]);
export const execQuestion = questionBytes([PROTOCOL, "exec", "/", "exec", "--process", "/p", "id"]);

/** Sends bytes, piece by piece, and collects what comes back until the other side ends: status and payload. */
export async function converse(
  socketPath: string,
  ...pieces: readonly Buffer[]
): Promise<{ status: string; payload: string }> {
  const socket = connect({ path: socketPath });
  await once(socket, "connect");
  const chunks: Buffer[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.once("close", () => resolve());
    socket.once("error", reject);
  });
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await ended;
  const answer = Buffer.concat(chunks);
  return { status: answer.toString("latin1", 0, 1), payload: answer.toString("utf8", 5) };
}
