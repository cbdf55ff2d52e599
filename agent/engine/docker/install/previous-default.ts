import type { EngineInfo, EngineProcess } from "../api/engine-info.ts";
import { findProgram, isExecutable } from "../program.ts";
import { readDaemonFile } from "./daemon-file.ts";

/** The runtime that containers had before keyhold, and go on to have: keyhold calls it. */
export interface PreviousDefault {
  readonly name: string;
  /** Absolute. Undefined: `problem` says why it cannot be called. */
  readonly program: string | undefined;
  readonly args: readonly string[];
  readonly problem?: string;
}

export interface PreviousDefaultSources {
  /** The engine's daemon.json, without what keyhold has written into it. */
  readonly daemonPath: string;
  readonly daemonText: string | undefined;
  /** What daemon.json named before keyhold was made the default; undefined: nothing, or keyhold is not installed. */
  readonly recorded: string | undefined;
  /** Undefined: it does not run. */
  readonly engine: { readonly info: EngineInfo; readonly process: EngineProcess | undefined } | undefined;
  /** The name of keyhold's own runtime. */
  readonly own: string;
}

interface Entry {
  readonly path?: string;
  readonly runtimeArgs?: readonly string[];
  readonly runtimeType?: string;
}

const ENGINE_DEFAULT = "runc";
/** Where an engine that does not run is going to look, as systemd starts it. */
const USUAL_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Looks, and changes nothing. @throws KeyholdError `precondition` for a daemon.json that cannot be read */
export async function findPreviousDefault(sources: PreviousDefaultSources): Promise<PreviousDefault> {
  const { name, entry } = chooseDefault(sources);
  const args = entry.runtimeArgs ?? [];
  if (entry.runtimeType !== undefined) {
    const problem = `the engine's default runtime ${name} is a shim of containerd (runtimeType ${entry.runtimeType}), which keyhold cannot call`;
    return { name, args, program: undefined, problem };
  }
  const wanted = entry.path ?? name;
  const program = await findProgram(wanted, pathOf(sources.engine?.process));
  if (program !== undefined && (await isExecutable(program))) return { name, program, args };
  const problem =
    name === ENGINE_DEFAULT && entry.path === undefined
      ? "there is no runc on this host"
      : `the engine's default runtime ${name} (${wanted}) cannot be executed`;
  return { name, args, program: undefined, problem };
}

/** Pure. */
function chooseDefault({ daemonPath, daemonText, recorded, engine, own }: PreviousDefaultSources) {
  const file = readDaemonFile(daemonPath, daemonText);
  const inFile = file["default-runtime"] === own ? undefined : file["default-runtime"];
  const inEngine = engine?.info.defaultRuntime === own ? undefined : engine?.info.defaultRuntime;
  const name = recorded ?? inEngine ?? (typeof inFile === "string" ? inFile : ENGINE_DEFAULT);
  const written = file.runtimes?.[name] as Entry | undefined;
  const path = engine?.info.runtimes[name];
  const runtimeArgs = engine?.info.runtimeArgs?.[name] ?? [];
  const listed: Entry = path === undefined || path === "" ? {} : { path, runtimeArgs };
  return { name, entry: written ?? listed };
}

function pathOf(process: EngineProcess | undefined): string {
  return process?.path ?? USUAL_PATH;
}
