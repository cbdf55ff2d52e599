import type { ContainerEvent } from "../../container-engine.ts";
import { readCheck } from "./status.ts";

const KINDS: Readonly<Record<string, ContainerEvent["kind"]>> = {
  create: "created",
  start: "started",
  kill: "signalled",
  die: "died",
  destroy: "destroyed",
  health_status: "checked",
  rename: "renamed",
  pause: "paused",
  unpause: "unpaused",
};

/** The engine's answer to `/events`: one JSON object to a line. A line cut in two by the network is one line all the same. */
export async function* parseEvents(
  stream: AsyncIterable<Buffer | string>,
): AsyncGenerator<ContainerEvent, void, void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const text = typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
    rest += text;
    // A container may have megabytes of labels: such a line is looked at once and not with each of its pieces.
    if (!text.includes("\n")) continue;
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const event = parseEvent(line);
      if (event !== undefined) yield event;
    }
  }
}

/** Undefined for anything that is no event of interest. Throws SyntaxError for what is no JSON: the stream is not to be trusted then. */
function parseEvent(line: string): ContainerEvent | undefined {
  if (line.trim() === "") return undefined;
  const { Action, Actor, timeNano } = JSON.parse(line) as {
    Action?: string;
    Actor?: { ID?: string; Attributes?: Record<string, string> };
    timeNano?: number;
  };
  // `health_status: healthy`
  const [action = "", said] = (Action ?? "").split(": ");
  const kind = KINDS[action];
  if (kind === undefined || Actor?.ID === undefined) return undefined;
  const labels = Actor.Attributes ?? {};
  return {
    kind,
    id: Actor.ID,
    name: labels.name ?? "",
    labels,
    ...(timeNano === undefined ? {} : { time: timeNano / 1e6 }),
    ...(kind === "checked" ? { check: readCheck(said) } : {}),
    ...(kind === "died" && labels.exitCode !== undefined ? { exitCode: Number(labels.exitCode) } : {}),
  };
}
