import { join } from "node:path";
import { startVitest } from "vitest/node";
import { buildNativeHelper } from "../../agent/runtime/native-helper.ts";
import { KeyholdError } from "../../common/errors.ts";
import { ensureConsole } from "../../tools/console/build.ts";
import { ensureSuite } from "../../tools/engine/kinds/engine-suite.ts";
import { SUITES } from "../../tools/engine/kinds/kind-name.ts";
import { diffHost, snapshotHost } from "../../tools/engine/leaks.ts";
import { sweepEngines } from "../../tools/engine/sweep.ts";
import { checkHost } from "../../tools/setup/host.ts";
import {
  BROWSER_PROGRAMS,
  COMPILER_PROGRAMS,
  ENGINE_PROGRAMS,
  ensurePackages,
  POSTGRES_PROGRAMS,
  type ProgramNeed,
  REGISTRY_PROGRAMS,
} from "../../tools/setup/packages.ts";
import { CountingReporter, type Counts } from "./counting-reporter.ts";

const ROOT = join(import.meta.dirname, "../..");

export interface Output {
  write(text: string): unknown;
}

/**
 * Everything `npm test` does: set-up, all tests, the search for leftovers, and one closing line `N passed, N failed, N skipped`.
 * @param filters file name patterns for vitest; none means all
 * @returns the exit status
 */
export async function runSuite(filters: readonly string[], out: Output): Promise<number> {
  const say = (line: string) => out.write(`${line}\n`);
  try {
    await setUp(say);
  } catch (thrown) {
    say(`keyhold: the set-up failed: ${KeyholdError.from(thrown, "set-up").describe()}`);
    say("0 passed, 1 failed, 0 skipped");
    return 1;
  }
  await sweepEngines();
  const before = await snapshotHost();
  const counts = await runTests(filters);
  // Ended processes need a moment to be gone from /proc.
  const leftovers = await untilClean(async () => diffHost(before, await snapshotHost()), 5_000);
  for (const leftover of leftovers) say(`left behind: ${leftover}`);
  const total = { ...counts, failed: counts.failed + (leftovers.length > 0 ? 1 : 0) };
  if (total.passed === 0) say("no test has run");
  say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

/** Without root the tests that need an engine are skipped, and say so; the rest needs no package. */
async function setUp(say: (line: string) => unknown): Promise<void> {
  const missing = checkHost().missing;
  if (missing !== undefined) say(`keyhold: tests with a Docker Engine will be skipped: ${missing}`);
  else
    await ensurePackages(
      [...ENGINE_PROGRAMS, ...REGISTRY_PROGRAMS, ...COMPILER_PROGRAMS, ...POSTGRES_PROGRAMS],
      (line) => say(`keyhold: ${line}`),
    );
  if (missing === undefined) {
    await setUpFor("the console's tests", BROWSER_PROGRAMS, say);
    await setUpEngines(say);
  }
  await ensureConsole();
  await buildNativeHelper({
    source: join(ROOT, "agent/runtime/keyhold-runtime.c"),
    outputDirectory: join(ROOT, ".cache/native"),
  });
}

/** Where the engines of other Debian suites cannot be had, their tests and those of Docker Compose are skipped. */
async function setUpEngines(say: (line: string) => unknown): Promise<void> {
  for (const suite of SUITES) {
    try {
      await ensureSuite(suite, (line) => say(`keyhold: ${line}`));
    } catch (thrown) {
      say(`keyhold: some tests will be skipped: ${KeyholdError.from(thrown, suite).describe()}`);
    }
  }
}

/** Without these programs only some tests are skipped. */
async function setUpFor(
  what: string,
  programs: readonly ProgramNeed[],
  say: (line: string) => unknown,
): Promise<void> {
  try {
    await ensurePackages(programs, (line) => say(`keyhold: ${line}`));
  } catch (thrown) {
    say(`keyhold: ${what} will be skipped: ${KeyholdError.from(thrown, "a package").describe()}`);
  }
}

async function runTests(filters: readonly string[]): Promise<Counts> {
  const counting = new CountingReporter();
  const reporters = ["default", counting] as const;
  const vitest = await startVitest([...filters], {
    root: ROOT,
    run: true,
    watch: false,
    reporters: [...reporters],
  });
  await vitest.close();
  // vitest says a failure outside of any test (an unhandled rejection, a broken file) with its exit code only.
  const broken = process.exitCode !== undefined && process.exitCode !== 0 && counting.counts.failed === 0;
  return broken ? { ...counting.counts, failed: 1 } : counting.counts;
}

async function untilClean(look: () => Promise<readonly string[]>, limit: number): Promise<readonly string[]> {
  const end = Date.now() + limit;
  for (;;) {
    const found = await look();
    if (found.length === 0 || Date.now() > end) return found;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
