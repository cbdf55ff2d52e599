import { connect } from "node:net";
import { type ErrorCode, KeyholdError, messageOf, systemCodeOf } from "../../common/errors.ts";
import type { AgentAnswer, AgentRequest } from "./wire.ts";

/** Longer than the agent itself waits for the control plane. */
const PATIENCE = 10_000;

type Answered<Key extends string> = Extract<AgentAnswer, { readonly [key in Key]: unknown }>;

/**
 * Asks the agent of this host one thing. Kept light: Docker starts a credential helper at every pull.
 * @param key the member of the answer that is wanted
 * @throws KeyholdError `unavailable` if no agent answers at that socket, `denied` if the caller is not root; else what the agent says
 */
export async function askAgent<Key extends "credential" | "registries" | "status">(
  path: string,
  request: AgentRequest,
  key: Key,
): Promise<Answered<Key>[Key]> {
  const answer = parse(await exchange(path, `${JSON.stringify(request)}\n`), path);
  if ("error" in answer) {
    const { code, message, next } = answer.error;
    throw new KeyholdError({ code: code as ErrorCode, message, next });
  }
  if (!(key in answer)) throw notUnderstood(path);
  return (answer as Answered<Key>)[key];
}

function exchange(path: string, question: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect({ path });
    socket.setEncoding("utf8");
    socket.setTimeout(PATIENCE, () => socket.destroy(new Error(`no answer within ${PATIENCE / 1000} s`)));
    socket.on("data", (chunk) => {
      text += chunk;
    });
    socket.once("connect", () => socket.end(question));
    socket.once("error", (thrown) => reject(unreachable(path, thrown)));
    socket.once("end", () => resolve(text));
  });
}

function parse(text: string, path: string): AgentAnswer {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value as AgentAnswer;
  } catch {
    // No reason is passed on: a JSON error quotes the text, and the text can hold a password.
  }
  throw notUnderstood(path);
}

function notUnderstood(path: string): KeyholdError {
  return new KeyholdError({
    code: "failed",
    message: `what answers at ${path} does not speak as the keyhold agent does`,
    next: "restart the agent, so that it is of the same release",
  });
}

function unreachable(path: string, thrown: unknown): KeyholdError {
  if (systemCodeOf(thrown) === "EACCES") {
    return new KeyholdError({
      code: "denied",
      message: `only root may ask the keyhold agent at ${path}`,
      next: "run this as root, or use: keyhold run --project ACME/WEB -- docker pull …",
      cause: thrown,
    });
  }
  return new KeyholdError({
    code: "unavailable",
    message: `the keyhold agent does not answer at ${path}: ${messageOf(thrown)}`,
    next: "start it: systemctl start keyhold-agent, or keyhold agent start",
    cause: thrown,
  });
}
