import { findProgramIn, requireProgram, SYSTEM_PATH } from "../../../common/command.ts";
import { KeyholdError } from "../../../common/errors.ts";
import { type EngineSuite, ensureSuite } from "./engine-suite.ts";
import { type KindChoice, kindSettings, parseKindName, SUITES } from "./kind-name.ts";

/** An engine to test with: where its programs are, and what its daemon.json says beside what the caller wants. */
export interface EngineKind {
  readonly name: string;
  /** Where the engine's programs are looked for: an unpacked directory, then those of the system. */
  readonly searchPath: readonly string[];
  /** The absolute path of its default OCI runtime: what Keyhold's runtime calls. */
  readonly runtime: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** The engine that is installed on this machine. Throws `precondition` where none is. */
export function installedKind(): EngineKind {
  return { name: "installed", searchPath: SYSTEM_PATH, runtime: requireProgram("runc"), settings: {} };
}

/**
 * The kind of that name; packages are fetched at the first use.
 * Throws `invalid` (no such kind), `precondition` or `unavailable` (its packages cannot be had here, with the reason).
 */
export async function engineKind(name: string): Promise<EngineKind> {
  const choice = parseKindName(name);
  if (name === "installed") return installedKind();
  const searchPath = [...(await programsOf(choice)), ...SYSTEM_PATH];
  const runtime = await runtimeOf(choice, searchPath);
  return { name, searchPath, runtime, settings: kindSettings(choice, runtime) };
}

/** The Compose plugin (version 2 and later) of the newest suite that can be had. Throws the first suite's reason where none can. */
export async function composePlugin(): Promise<string> {
  return (await firstSuite()).composePlugin;
}

async function programsOf(choice: KindChoice): Promise<readonly string[]> {
  return choice.suite === undefined ? [] : [(await ensureSuite(choice.suite)).programs];
}

/** The installed engine gets its crun from a suite: Debian 12 has one that is years older than the others. */
async function runtimeOf(choice: KindChoice, searchPath: readonly string[]): Promise<string> {
  const crunOfSuite = choice.runtime === "crun" && choice.suite === undefined;
  const path = crunOfSuite ? [(await firstSuite()).programs] : searchPath;
  const found = findProgramIn(path, choice.runtime);
  if (found !== undefined) return found;
  throw new KeyholdError({ code: "precondition", message: `the program ${choice.runtime} is missing here` });
}

async function firstSuite(): Promise<EngineSuite> {
  const failures: unknown[] = [];
  for (const suite of SUITES) {
    try {
      return await ensureSuite(suite);
    } catch (thrown) {
      failures.push(thrown);
    }
  }
  throw failures[0];
}
