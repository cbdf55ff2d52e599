import { existsSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { createInterface } from "node:readline";
import { KeyholdError, messageOf, systemCodeOf } from "../../common/errors.ts";
import type { RewrapProgress } from "../rotation/rewrap.ts";
import type { RotationRequest, RotationResult } from "../rotation/rotate.ts";
import { controlAddress } from "./control-address.ts";
import { parseLine, ROTATE_PATH, rotateRequest } from "./control-messages.ts";

/**
 * Asks the server that runs on a data directory for a rotation of its root key.
 * @returns undefined if no server listens there
 * @throws KeyholdError what the server answered; `unavailable` if it went away meanwhile
 */
export async function askToRotate(
  directory: string,
  wanted: RotationRequest,
  onProgress: (progress: RewrapProgress) => void,
): Promise<RotationResult | undefined> {
  const address = controlAddress(directory);
  try {
    if (!existsSync(address.file)) return undefined;
    const answer = await post(address.path, rotateRequest(wanted));
    return answer === undefined ? undefined : await resultOf(answer, onProgress);
  } finally {
    address.release();
  }
}

/** Undefined if nobody listens: the socket of a server that was killed. */
function post(socketPath: string, body: string): Promise<IncomingMessage | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method: "POST", path: ROTATE_PATH, agent: false }, resolve);
    asked.on("error", (thrown) => {
      if (["ENOENT", "ECONNREFUSED"].includes(systemCodeOf(thrown) ?? "")) resolve(undefined);
      else reject(lost(thrown));
    });
    asked.end(body);
  });
}

async function resultOf(
  answer: IncomingMessage,
  onProgress: (progress: RewrapProgress) => void,
): Promise<RotationResult> {
  let ended: unknown;
  answer.on("error", (thrown) => {
    ended = thrown;
  });
  for await (const text of createInterface(answer)) {
    const line = parseLine(text);
    if ("progress" in line) onProgress(line.progress);
    if ("result" in line) return line.result;
    if ("error" in line) throw new KeyholdError(line.error);
  }
  throw lost(ended);
}

function lost(thrown: unknown): KeyholdError {
  const reason = thrown === undefined ? "" : `: ${messageOf(thrown)}`;
  return new KeyholdError({
    code: "unavailable",
    message: `the running server went away before the rotation ended${reason}`,
    next: "run rotate-key again: it finishes what was begun",
    cause: thrown,
  });
}
