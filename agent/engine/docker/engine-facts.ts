import type { EngineFacts } from "../container-engine.ts";

/** The parts of a container's configuration that the facts come from: the engine's files and its API spell them alike. */
export interface ContainerConfiguration {
  readonly hostConfig: { readonly AutoRemove?: boolean | undefined };
  readonly config:
    | {
        readonly Healthcheck?: { readonly Test?: readonly string[] | null | undefined } | null | undefined;
        readonly Shell?: readonly string[] | null | undefined;
      }
    | undefined;
}

export function factsIn({ hostConfig, config }: ContainerConfiguration): EngineFacts {
  const healthcheck = healthcheckIn(config);
  return {
    autoRemove: hostConfig.AutoRemove === true,
    ...(healthcheck === undefined ? {} : { healthcheck }),
  };
}

/** As the engine builds it: a command of one string goes to the shell of the image's SHELL instruction, or to /bin/sh. */
function healthcheckIn(config: ContainerConfiguration["config"]): readonly string[] | undefined {
  const [kind, ...command] = config?.Healthcheck?.Test ?? [];
  if (kind === "CMD") return command;
  if (kind !== "CMD-SHELL") return undefined;
  const shell = config?.Shell ?? [];
  return [...(shell.length > 0 ? shell : ["/bin/sh", "-c"]), ...command];
}
