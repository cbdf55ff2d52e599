import { join } from "node:path";
import { command, findProgramIn } from "../../common/command.ts";
import { KeyholdError } from "../../common/errors.ts";
import { parseDockerdVersion } from "../../tools/engine/configuration.ts";
import { engineKind } from "../../tools/engine/kinds/kind.ts";
import { KIND_NAMES, parseKindName } from "../../tools/engine/kinds/kind-name.ts";
import { type EngineResult, tableOf, totalOf } from "./engine-table.ts";
import { runSuiteOn } from "./run-suite-on.ts";

export interface EnginesRun {
  /** Kinds of engines (default: all) and words for the paths of test files (default: `e2e`), in any order. */
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly out: { write(text: string): unknown };
}

/**
 * Runs the end-to-end tests on one kind of engine after the other, then prints a table and one closing line. An engine that cannot
 * be had here is skipped with the reason.
 * @returns the exit status: 0 where at least one engine ran and no test failed
 */
export async function runOnEngines({ words, environment, out }: EnginesRun): Promise<number> {
  const isKind = (word: string) => KIND_NAMES.includes(word);
  const kinds = words.some(isKind) ? words.filter(isKind) : KIND_NAMES;
  const filters = words.filter((word) => !isKind(word));
  const results: EngineResult[] = [];
  for (const name of kinds) {
    out.write(`\nengine ${name}\n`);
    const wanted = filters.length > 0 ? filters : [join("test", "e2e")];
    results.push(await resultOn(name, () => runSuiteOn({ name, filters: wanted, environment, out })));
  }
  const total = totalOf(results);
  out.write(`\n${tableOf(results)}\n`);
  out.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

async function resultOn(name: string, run: () => Promise<EngineResult["counts"]>): Promise<EngineResult> {
  const { storage, runtime } = parseKindName(name);
  try {
    const version = await versionOf(name);
    return { name, storage, runtime, version, counts: await run(), skipped: undefined };
  } catch (thrown) {
    const reason = KeyholdError.from(thrown, name).message;
    return { name, storage, runtime, version: "", counts: undefined, skipped: reason };
  }
}

/** dockerd's version. Throws where the engine cannot be had here. */
async function versionOf(name: string): Promise<string> {
  const kind = await engineKind(name);
  return parseDockerdVersion(
    await command(findProgramIn(kind.searchPath, "dockerd") ?? "dockerd", ["--version"]),
  );
}
