import type { Counts } from "../suite/counting-reporter.ts";

/** How the tests went on one kind of engine. */
export interface EngineResult {
  readonly name: string;
  readonly version: string;
  readonly storage: string;
  readonly runtime: string;
  /** Undefined where the suite did not run, or ended without its closing line. */
  readonly counts: Counts | undefined;
  /** Why the engine was skipped. */
  readonly skipped: string | undefined;
}

/** A Markdown table, one line for each engine. */
export function tableOf(results: readonly EngineResult[]): string {
  const head = ["| engine | version | storage | runtime | result |", "| --- | --- | --- | --- | --- |"];
  const rows = results.map(
    (one) => `| ${one.name} | ${one.version} | ${one.storage} | ${one.runtime} | ${describe(one)} |`,
  );
  return [...head, ...rows].join("\n");
}

function describe({ counts, skipped }: EngineResult): string {
  if (skipped !== undefined) return `skipped: ${skipped}`;
  if (counts === undefined) return "failed: the run ended early";
  return `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
}

/** The sum over all engines. A skipped engine counts as one skipped test, a run that ended early as one failed test. */
export function totalOf(results: readonly EngineResult[]): Counts {
  const all = results.map(countsOf);
  const sum = (key: keyof Counts) => all.reduce((total, counts) => total + counts[key], 0);
  return { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
}

function countsOf({ counts, skipped }: EngineResult): Counts {
  if (skipped !== undefined) return { passed: 0, failed: 0, skipped: 1 };
  return counts ?? { passed: 0, failed: 1, skipped: 0 };
}

/** The counts in the suite's closing line, or undefined where the output has none. */
export function countsIn(output: string): Counts | undefined {
  const [passed, failed, skipped] =
    /^(\d+) passed, (\d+) failed, (\d+) skipped$/m.exec(output)?.slice(1).map(Number) ?? [];
  if (passed === undefined || failed === undefined || skipped === undefined) return undefined;
  return { passed, failed, skipped };
}
