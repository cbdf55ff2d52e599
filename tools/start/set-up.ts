import { buildNativeHelper } from "../../agent/runtime/native-helper.ts";
import { ensureConsole } from "../console/build.ts";
import { COMPILER_PROGRAMS, ENGINE_PROGRAMS, ensurePackages } from "../setup/packages.ts";
import { PROJECT } from "../stage/project.ts";
import type { Narrator } from "./narrator.ts";

/** Packages, the console and the helper: nothing is done, and little said, where all is there. */
export async function needed(tell: Narrator): Promise<void> {
  await tell.step("the Debian packages are there", () =>
    ensurePackages([...ENGINE_PROGRAMS, ...COMPILER_PROGRAMS], (line) => tell.line(`  · ${line} …`)),
  );
  await builtConsole(tell);
  await tell.step("the runtime helper is built", () =>
    buildNativeHelper({ source: PROJECT.helperSource, outputDirectory: PROJECT.native }),
  );
}

/** The server serves what lies there, also where no engine runs. */
export async function builtConsole(tell: Narrator): Promise<void> {
  await tell.step("the console is built", () => ensureConsole());
}
