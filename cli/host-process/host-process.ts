import { join } from "node:path";
import { readState } from "../../agent/session/messages.ts";
import { KeyholdError } from "../../common/errors.ts";
import type { ResolveWorkloadResponse__Output } from "../../proto/gen/keyhold/v1/ResolveWorkloadResponse.ts";
import { CommandNotStarted, runCommand, SignalRelay, type Signals, signalExitCode } from "./command.ts";
import { writeDockerConfig } from "./docker-config.ts";
import {
  type MemoryDirectory,
  makeMemoryDirectory,
  memoryBase,
  sweepMemoryDirectories,
} from "./memory-directory.ts";
import { type HostPlan, planHostProcess } from "./plan.ts";
import { parseRunRequest, type RunOptions, referencesIn, refuseCode } from "./request.ts";

export interface HostProcess {
  readonly options: RunOptions;
  /** The command, then its arguments. */
  readonly words: readonly string[];
  /** The caller's variables, which the command inherits. */
  readonly inherited: Readonly<NodeJS.ProcessEnv>;
  readonly signals: Signals;
  /** Asks the control plane for a target's secrets. */
  readonly resolve: (target: string) => Promise<ResolveWorkloadResponse__Output>;
  /** Told why the command did not start. */
  readonly report: (error: KeyholdError) => void;
}

/**
 * `keyhold run`: one command with the secrets of a workspace or project, from its first instruction until its end.
 * @returns its exit code; 126, 127 or 128 + n as a shell would
 * @throws KeyholdError before it starts; then nothing is left behind
 */
export async function runHostProcess(process: HostProcess): Promise<number> {
  const { options, words, inherited } = process;
  const [name = "", ...args] = words;
  const request = parseRunRequest(options);
  if (name === "") {
    throw new KeyholdError({
      code: "invalid",
      message: "no command is given",
      next: "write it after two dashes: keyhold run --workspace acme/ws-1 -- env",
    });
  }
  const references = referencesIn(options);
  const bundle = bundleIn(request.target, await process.resolve(request.target));
  const plan = planHostProcess(request, bundle, references);
  refuseCode(
    plan.variables.map((variable) => variable.name),
    options,
  );
  const relay = new SignalRelay(process.signals);
  try {
    const place = await prepare(plan, inherited);
    try {
      if (relay.early !== undefined) return signalExitCode(relay.early);
      const environment = environmentOf(plan, inherited, place);
      const command = { name, arguments: args, environment };
      return await runCommand(command, relay, async (pid) => place?.usedBy(pid));
    } finally {
      await place?.remove();
    }
  } catch (thrown) {
    if (!(thrown instanceof CommandNotStarted)) throw thrown;
    process.report(thrown);
    return thrown.exitCode;
  } finally {
    relay.close();
  }
}

/** What the command finds in its environment: a secret wins over what is inherited. Pure. */
export function environmentOf(
  plan: HostPlan,
  inherited: Readonly<NodeJS.ProcessEnv>,
  place: Pick<MemoryDirectory, "secrets" | "docker"> | undefined,
): NodeJS.ProcessEnv {
  // The caller's token opens more than this command was given, and a command's environment is often printed.
  const environment: NodeJS.ProcessEnv = { ...inherited };
  delete environment.KEYHOLD_TOKEN;
  delete environment.KEYHOLD_SECRETS_DIR;
  for (const { name, value } of plan.variables) environment[name] = value.text();
  if (place === undefined) return environment;
  environment.KEYHOLD_SECRETS_DIR = place.secrets;
  if (plan.registries !== undefined) environment.DOCKER_CONFIG = place.docker;
  return environment;
}

function bundleIn(target: string, { bundle }: ResolveWorkloadResponse__Output) {
  const state = readState({ target, bundle });
  if (state.kind === "bundle") return state.bundle;
  throw new KeyholdError({
    code: "failed",
    message: state.reason,
    next: "use the release of keyhold that the control plane has",
  });
}

/** @returns undefined for a plan of variables only, which needs no place */
async function prepare(
  plan: HostPlan,
  inherited: Readonly<NodeJS.ProcessEnv>,
): Promise<MemoryDirectory | undefined> {
  const base = await memoryBase(inherited.XDG_RUNTIME_DIR).catch((thrown: unknown) => {
    if (plan.files.length > 0 || plan.registries !== undefined) throw thrown;
    return undefined;
  });
  if (base === undefined) return undefined;
  await sweepMemoryDirectories(base);
  if (plan.files.length === 0 && plan.registries === undefined) return undefined;
  const place = await makeMemoryDirectory(base);
  try {
    await place.write(plan.files);
    if (plan.registries !== undefined) {
      await writeDockerConfig(place.docker, plan.registries, ownDockerDirectory(inherited));
    }
    return place;
  } catch (thrown) {
    await place.remove();
    throw thrown;
  }
}

function ownDockerDirectory({ DOCKER_CONFIG, HOME }: Readonly<NodeJS.ProcessEnv>): string | undefined {
  if (DOCKER_CONFIG !== undefined && DOCKER_CONFIG !== "") return DOCKER_CONFIG;
  return HOME === undefined || HOME === "" ? undefined : join(HOME, ".docker");
}
