import type { RuntimeAnswer, RuntimeQuestion } from "../runtime/wire.ts";

type Handler = (question: RuntimeQuestion, signal: AbortSignal) => Promise<RuntimeAnswer>;

/** Which starts are under way, and which were refused. */
export class Starts {
  readonly #underWay = new Set<string>();
  /** Stopped containers of which nobody has looked at the engine why they are stopped. */
  readonly unexplained = new Set<string>();
  /** Being started by the agent, to make up for a refusal: nobody but the agent sees how that ends. */
  readonly resuming = new Set<string>();

  /** The engine answers no question about such a container before its start is over. */
  isUnderWay(container: string): boolean {
    return this.#underWay.has(container);
  }

  /** The same handler, followed. */
  followed(handler: Handler): Handler {
    return async (question, signal) => {
      if (question.verb !== "create") return handler(question, signal);
      const { id } = question;
      this.#underWay.add(id);
      try {
        const answer = await handler(question, signal);
        if (answer.kind === "refused") this.unexplained.add(id);
        return answer;
      } catch (thrown) {
        this.unexplained.add(id);
        throw thrown;
      } finally {
        this.#underWay.delete(id);
      }
    };
  }
}
