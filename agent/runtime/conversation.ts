import type { Socket } from "node:net";
import { KeyholdError } from "../../common/errors.ts";
import type { Log } from "../../common/log.ts";
import { START_MARKERS } from "./start-markers.ts";
import {
  formatAnswer,
  parseQuestion,
  QUESTION_HEADER_BYTES,
  QUESTION_MAX_BYTES,
  type RuntimeAnswer,
  type RuntimeQuestion,
} from "./wire.ts";

/** Decides what a container is given. The signal fires when nobody waits for the answer any more. */
export type RuntimeHandler = (question: RuntimeQuestion, signal: AbortSignal) => Promise<RuntimeAnswer>;

export interface ConversationOptions {
  readonly handler: RuntimeHandler;
  readonly log: Pick<Log, "warn" | "error">;
  /** How long the handler may think. Less than the 30 s of the helper, so that a person reads our reason and not its own. */
  readonly answerMs?: number;
  /** How long a connection may take to put its question. */
  readonly questionMs?: number;
}

/**
 * One connection: `asking` until the whole question is here, `thinking` while the handler runs, then `done`. Every way out of
 * a state ends the socket, and the end of the socket aborts the handler's signal.
 */
export class Conversation {
  readonly #socket: Socket;
  readonly #options: ConversationOptions;
  readonly #gone = new AbortController();
  readonly #chunks: Buffer[] = [];
  readonly #patience: NodeJS.Timeout;
  #received = 0;
  #state: "asking" | "thinking" | "done" = "asking";

  constructor(socket: Socket, options: ConversationOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#patience = setTimeout(() => this.abandon(), options.questionMs ?? 5000);
    socket.on("data", (chunk: Buffer) => this.#hear(chunk));
    // The helper was killed or gave up; its own message is all anybody needs.
    socket.on("error", () => undefined);
    socket.once("close", () => {
      clearTimeout(this.#patience);
      this.#gone.abort();
    });
  }

  endUnlessThinking(): void {
    if (this.#state === "asking") this.abandon();
  }

  abandon(): void {
    this.#socket.destroy();
  }

  #hear(chunk: Buffer): void {
    // One question for each connection: whoever goes on talking is no helper of ours.
    if (this.#state !== "asking") this.abandon();
    else this.#collect(chunk);
  }

  #collect(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#received += chunk.length;
    if (this.#received < QUESTION_HEADER_BYTES) return;
    const all = Buffer.concat(this.#chunks);
    const expected = QUESTION_HEADER_BYTES + all.readUInt32BE(0);
    if (expected > QUESTION_HEADER_BYTES + QUESTION_MAX_BYTES || all.length > expected) {
      this.#refuseUnread("the runtime helper's question is longer than it may be");
    } else if (all.length === expected) {
      void this.#think(all.subarray(QUESTION_HEADER_BYTES));
    }
  }

  async #think(body: Buffer): Promise<void> {
    let question: RuntimeQuestion;
    try {
      question = parseQuestion(body);
    } catch (thrown) {
      return this.#refuseUnread(
        KeyholdError.from(thrown, "cannot read the runtime helper's question").describe(),
      );
    }
    this.#state = "thinking";
    this.#say(await this.#answer(question));
  }

  async #answer(question: RuntimeQuestion): Promise<Buffer> {
    try {
      const { answerMs, handler } = this.#options;
      const answer = await within(answerMs ?? 25_000, this.#gone.signal, (signal) =>
        handler(question, signal),
      );
      if (answer.kind === "process" && question.verb === "create") {
        throw new KeyholdError({
          code: "failed",
          message: "a container's creation was answered with a process",
        });
      }
      return formatAnswer(answer);
    } catch (thrown) {
      const error = KeyholdError.from(thrown, "the keyhold agent failed");
      const fields = { container: question.id, reason: error.describe(), code: error.code, err: thrown };
      if (question.verb === "create") {
        this.#options.log.error(fields, "refused to create a container");
        return formatAnswer({ kind: "refused", reason: error.describe() });
      }
      this.#options.log.error(fields, "exec goes on without values");
      return formatAnswer({ kind: "unchanged" });
    }
  }

  #refuseUnread(reason: string): void {
    this.#options.log.warn({ reason }, "refused a question of the runtime helper");
    this.#say(formatAnswer({ kind: "refused", reason }));
  }

  #say(answer: Buffer): void {
    this.#state = "done";
    if (this.#socket.writable) this.#socket.end(answer);
  }
}

/** Runs a task until its deadline or until nobody waits for it; then its signal fires and its result is not waited for. */
async function within<T>(
  milliseconds: number,
  gone: AbortSignal,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const late = Promise.withResolvers<never>();
  const end = (message: string) => {
    late.reject(new KeyholdError({ code: "timeout", message }));
    ended.abort();
  };
  const onGone = () => end("the runtime helper went away before the answer");
  const deadline = setTimeout(
    () => end(`the keyhold agent found no answer within ${milliseconds} ms ${START_MARKERS.noAnswer}`),
    milliseconds,
  );
  gone.addEventListener("abort", onGone);
  try {
    return await Promise.race([task(ended.signal), late.promise]);
  } finally {
    clearTimeout(deadline);
    gone.removeEventListener("abort", onGone);
  }
}
