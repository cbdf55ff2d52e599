import type { RuntimeAnswer, RuntimeQuestion } from "../runtime/wire.ts";
import type { AgentMetrics } from "./agent-metrics.ts";

type Handler = (question: RuntimeQuestion, signal: AbortSignal) => Promise<RuntimeAnswer>;

/** The same handler, counted and timed. */
export function counted(handler: Handler, metrics: Pick<AgentMetrics, "answered">): Handler {
  return async (question, signal) => {
    const start = performance.now();
    const answer = await handler(question, signal);
    metrics.answered(question.verb, answer.kind, (performance.now() - start) / 1_000);
    return answer;
  };
}
