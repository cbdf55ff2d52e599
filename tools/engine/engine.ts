import { KeyholdError } from "../../common/errors.ts";
import { checkHost } from "../setup/host.ts";
import { claimRecord, prepareEngine } from "./claim.ts";
import { withHostLock } from "./host-lock.ts";
import { chosenKindName } from "./kinds/config.ts";
import { type EngineKind, engineKind, installedKind } from "./kinds/kind.ts";
import { PrivateEngine } from "./private-engine.ts";
import { ENGINES_LOCK, sweepUnderLock } from "./sweep.ts";
import { removeEngine } from "./teardown.ts";

export interface EngineOptions {
  /** Default: the kind that KEYHOLD_TEST_ENGINE names, else the installed engine. */
  readonly kind?: EngineKind;
  /** What goes into the engine's daemon.json, for example `{ runtimes: { keyhold: { path } } }`. */
  readonly configuration?: Readonly<Record<string, unknown>>;
  /** Where the engine's throwaway data directory is made; on disk. Default: /var/tmp. */
  readonly temporaryDirectory?: string;
  /** A data directory of the caller's own instead: it is kept at the end, and the next engine finds its containers in it. */
  readonly dataDirectory?: string;
}

/** A private Docker Engine of this process, beside any other engine of the machine. */
export interface Engine extends AsyncDisposable {
  readonly kind: EngineKind;
  /**
   * Run-time things of this engine, on /run. Whatever serves the engine (an agent's run directory, a registry) may live in a
   * directory of its own in here: it is ended, unmounted and removed together with the engine.
   */
  readonly directory: string;
  /** The path of its API's socket; `unix://` before it makes a DOCKER_HOST. */
  readonly socket: string;
  readonly dataRoot: string;
  /** On tmpfs. */
  readonly execRoot: string;
  /** Its daemon.json. Whoever edits it keeps what is in it, and calls {@link reload} then. */
  readonly configFile: string;
  /** dockerd's log, and so the place to look when a container does not start. */
  readonly log: string;
  readonly bridge: string;
  /** The address at which containers reach this host. */
  readonly gateway: string;
  /** Applies an edited daemon.json and returns when it is in force. Throws `invalid` with the engine's reason if it refuses it. */
  reload(): Promise<void>;
  /** Shuts down in order, as a machine does before a reboot: containers end, memory is empty, data stays. */
  stop(): Promise<void>;
  /** Power cut: nothing ends in order, data stays. */
  kill(): Promise<void>;
  /** Starts again after {@link stop} or {@link kill}; containers with a restart policy come back. */
  start(): Promise<void>;
}

/**
 * Starts a Docker Engine that shares nothing with another one on this machine: own containerd, socket, data, memory, bridge and
 * control group; no firewall rule and no system setting is touched. Engines that killed runs left behind are removed first.
 * Throws `precondition` (this machine cannot run one), `failed` or `timeout` (with the last lines of the log); then nothing is left.
 */
export async function startEngine(options: EngineOptions = {}): Promise<Engine> {
  const host = checkHost();
  if (host.missing !== undefined) throw new KeyholdError({ code: "precondition", message: host.missing });
  const kind = options.kind ?? (await chosenKind());
  const record = await withHostLock(ENGINES_LOCK, async () => {
    await sweepUnderLock();
    return claimRecord(options);
  });
  try {
    const engine = new PrivateEngine(record, kind);
    await prepareEngine(record, kind, options.configuration ?? {});
    await engine.start();
    return engine;
  } catch (thrown) {
    await removeEngine(record).catch((second: unknown) => {
      throw new AggregateError([thrown, second], "an engine could neither be started nor removed");
    });
    throw thrown;
  }
}

async function chosenKind(): Promise<EngineKind> {
  const name = chosenKindName();
  return name === undefined ? installedKind() : engineKind(name);
}
