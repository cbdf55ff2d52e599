import { diffHost, snapshotHost } from "../../../tools/engine/leaks.ts";
import { sweepEngines } from "../../../tools/engine/sweep.ts";
import { checkHost } from "../../../tools/setup/host.ts";
import {
  COMPILER_PROGRAMS,
  ENGINE_PROGRAMS,
  ensurePackages,
  REGISTRY_PROGRAMS,
} from "../../../tools/setup/packages.ts";

/**
 * Around all tests that use a Docker Engine: installs what they need, removes what killed runs left behind, and fails the run if
 * it leaves anything behind itself.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  // The tests skip themselves, naming the reason.
  if (checkHost().missing !== undefined) return undefined;
  const say = (line: string) => process.stderr.write(`keyhold: ${line}\n`);
  await ensurePackages([...ENGINE_PROGRAMS, ...REGISTRY_PROGRAMS, ...COMPILER_PROGRAMS], say);
  const swept = await sweepEngines();
  if (swept.length > 0) say(`removed ${swept.length} engine(s) of killed runs`);
  const before = await snapshotHost();
  return async () => {
    const left = diffHost(before, await snapshotHost());
    if (left.length === 0) return;
    await sweepEngines();
    throw new Error(`the tests left behind:\n  ${left.join("\n  ")}`);
  };
}
