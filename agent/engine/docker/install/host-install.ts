import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { KeyholdError } from "../../../../common/errors.ts";
import { applyChange, pendingChanges } from "./apply.ts";
import { type Change, describeChange } from "./change.ts";
import { gatherFacts, type HostFacts } from "./facts.ts";
import type { InstallWish } from "./install-wish.ts";
import type { Places } from "./places.ts";
import { planInstall } from "./plan-install.ts";
import { planUninstall, type UninstallWish } from "./plan-uninstall.ts";
import { readRecord } from "./record.ts";

const run = promisify(execFile);

export interface Done {
  /** One line for each step; of a dry run those that would be taken. */
  readonly steps: readonly string[];
  readonly notes: readonly string[];
}

export interface RunOptions {
  readonly dryRun: boolean;
  /** Called before each step; what it throws ends the run there, as a crash would. */
  readonly before?: (change: Change, index: number) => void;
}

/**
 * `keyhold agent install`: looks, plans, does what is not done yet. A second run does nothing; after a crash it does the rest.
 * @throws KeyholdError `precondition` before anything is changed; else naming the step that failed
 */
export async function installOnHost(wish: InstallWish, options: RunOptions): Promise<Done> {
  requireRoot(options);
  const { programTree, realRuntime } = wish;
  const programs = [...programTree, ...(realRuntime === undefined ? [] : [realRuntime])];
  const facts = await look(wish.places, programs);
  const first = await doPlan(facts, (found) => planInstall(found, wish), options);
  if (options.dryRun || !first.steps.some((step) => step.startsWith("systemctl"))) return first;
  const later = await untilConnected(wish.places);
  const second = await doPlan(later, (found) => planInstall(found, wish), options);
  return { steps: [...first.steps, ...second.steps], notes: second.notes };
}

/** `keyhold agent uninstall`: leaves the host as it was. What was noted at the installation counts, not today's flags. */
export async function uninstallFromHost(wish: UninstallWish, options: RunOptions): Promise<Done> {
  requireRoot(options);
  const record = await readRecord(wish.places.record);
  const places = record?.places ?? wish.places;
  return doPlan(await look(places), (facts) => planUninstall(facts, { ...wish, places }), options);
}

/** The agent that was just started knows the registries once it is connected; a control plane that is away is not waited for. */
async function untilConnected(places: Places): Promise<HostFacts> {
  let facts = await look(places);
  for (let attempt = 0; attempt < 50 && facts.registries === undefined; attempt += 1) {
    await sleep(100);
    facts = await look(places);
  }
  return facts;
}

function look(places: Places, programs: readonly string[] = []): Promise<HostFacts> {
  return gatherFacts(places, {
    programs,
    isActive: (unit) =>
      run("systemctl", ["is-active", "--quiet", unit]).then(
        () => true,
        () => false,
      ),
  });
}

async function doPlan(
  facts: HostFacts,
  plan: (facts: HostFacts) => { readonly changes: readonly Change[]; readonly notes: readonly string[] },
  { dryRun, before }: RunOptions,
): Promise<Done> {
  const { changes, notes } = plan(facts);
  const pending = await pendingChanges(changes);
  if (!dryRun) {
    for (const [index, change] of pending.entries()) {
      before?.(change, index);
      await applyChange(change);
    }
  }
  return { steps: pending.map(describeChange), notes };
}

/** @throws KeyholdError `denied`; a dry run needs no rights but to read */
export function requireRoot({ dryRun }: RunOptions): void {
  if (dryRun || process.getuid?.() === 0) return;
  throw new KeyholdError({
    code: "denied",
    message: "changing the host's Docker Engine needs root",
    next: "run this with sudo; --dry-run shows what it would do",
  });
}
