import { existsSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { createInterface } from "node:readline";
import { KeyholdError, messageOf, systemCodeOf } from "../../common/errors.ts";
import type { RenewedOwnerToken } from "../identity/owner-token.ts";
import type { RewrapProgress } from "../rotation/rewrap.ts";
import type { RotationRequest, RotationResult } from "../rotation/rotate.ts";
import { controlAddress } from "./control-address.ts";
import { OWNER_TOKEN_PATH, parseLine, ROTATE_PATH, rotateRequest } from "./control-messages.ts";

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
  return ask(directory, { path: ROTATE_PATH, body: rotateRequest(wanted), lost: rotationLost }, (line) => {
    if ("progress" in line) onProgress(line.progress);
    return "result" in line ? line.result : undefined;
  });
}

/** The same for a new token of the server's owner. */
export function askForOwnerToken(directory: string): Promise<RenewedOwnerToken | undefined> {
  return ask(directory, { path: OWNER_TOKEN_PATH, body: "{}", lost: ownerTokenLost }, (line) =>
    "ownerToken" in line ? line.ownerToken : undefined,
  );
}

interface Asked {
  readonly path: string;
  readonly body: string;
  /** What to throw if the server goes away before it has answered. */
  readonly lost: (thrown: unknown) => KeyholdError;
}

/** @param take is given each line; what it returns ends the conversation */
async function ask<T>(
  directory: string,
  asked: Asked,
  take: (line: ReturnType<typeof parseLine>) => T | undefined,
): Promise<T | undefined> {
  const address = controlAddress(directory);
  try {
    if (!existsSync(address.file)) return undefined;
    const answer = await post(address.path, asked);
    return answer === undefined ? undefined : await answerOf(answer, asked, take);
  } finally {
    address.release();
  }
}

/** Undefined if no server listens: the socket of one that was killed. */
function post(socketPath: string, { path, body, lost }: Asked): Promise<IncomingMessage | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method: "POST", path, agent: false }, resolve);
    asked.on("error", (thrown) => {
      if (["ENOENT", "ECONNREFUSED"].includes(systemCodeOf(thrown) ?? "")) resolve(undefined);
      else reject(lost(thrown));
    });
    asked.end(body);
  });
}

async function answerOf<T>(
  answer: IncomingMessage,
  { lost }: Pick<Asked, "lost">,
  take: (line: ReturnType<typeof parseLine>) => T | undefined,
): Promise<T> {
  let ended: unknown;
  answer.on("error", (thrown) => {
    ended = thrown;
  });
  for await (const text of createInterface(answer)) {
    const line = parseLine(text);
    if ("error" in line) throw new KeyholdError(line.error);
    const taken = take(line);
    if (taken !== undefined) return taken;
  }
  throw lost(ended);
}

function rotationLost(thrown: unknown): KeyholdError {
  return lost(thrown, "before the rotation ended", "run rotate-key again: it finishes what was begun");
}

function ownerTokenLost(thrown: unknown): KeyholdError {
  return lost(thrown, "before the token was made", "run owner-token again");
}

function lost(thrown: unknown, when: string, next: string): KeyholdError {
  const reason = thrown === undefined ? "" : `: ${messageOf(thrown)}`;
  return new KeyholdError({
    code: "unavailable",
    message: `the running server went away ${when}${reason}`,
    next,
    cause: thrown,
  });
}
