import type Docker from "dockerode";

/** Of what is written into ForceUpdate: `docker service update --force` adds 1, and agents write multiples of this. */
const STEP = 1_000;

interface ServiceSpec {
  readonly TaskTemplate?: { readonly ForceUpdate?: number };
}

/**
 * What `docker service update --force` does. The counter that it increases says for which revision it was done last, so that of
 * several agents that see tasks of the service one updates it. Throws as dockerode does.
 */
export async function updateService(
  docker: Docker,
  name: string,
  revision: number,
): Promise<"done" | "current"> {
  const service = docker.getService(name);
  const found = (await service.inspect()) as { Version: { Index: number }; Spec: ServiceSpec };
  const counter = found.Spec.TaskTemplate?.ForceUpdate ?? 0;
  if (Math.floor(counter / STEP) >= revision) return "current";
  const TaskTemplate = { ...found.Spec.TaskTemplate, ForceUpdate: revision * STEP };
  await service.update({ _query: { version: found.Version.Index }, _body: { ...found.Spec, TaskTemplate } });
  return "done";
}
