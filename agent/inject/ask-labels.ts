import { KeyholdError } from "../../common/errors.ts";
import type { Labels } from "../watch/labels.ts";
import { aboutContainer, shortId } from "./refusal.ts";

/** Knows what a container asks for: the watcher. */
export interface ContainerLabels {
  labelsOf(id: string): Promise<{ readonly name: string; readonly labels: Labels } | undefined>;
}

/** Name and labels of a container that is being started. Throws, for `docker run`, if the engine does not tell or does not know it. */
export async function askLabels(
  labels: ContainerLabels,
  id: string,
): Promise<{ readonly name: string; readonly labels: Labels }> {
  const found = await labels.labelsOf(id).catch((thrown: unknown) => {
    throw aboutContainer(shortId(id), KeyholdError.from(thrown, "the engine did not tell its labels"));
  });
  if (found !== undefined) return found;
  throw new KeyholdError({
    code: "not-found",
    message: `container ${shortId(id)} cannot be started: the agent's engine does not know it`,
    next: "check that the agent watches the engine that starts it, with --docker-socket",
  });
}
