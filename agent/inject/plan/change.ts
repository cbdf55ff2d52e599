import { createHash } from "node:crypto";
import { differences, isMountedAt } from "../../../common/workload/difference.ts";
import type { Wanted } from "./attempt.ts";
import { deliveryOf } from "./plan.ts";
import type { ContainerRecord, Delivery, InjectionChange, InjectionPlan } from "./types.ts";

/** What a container has after its files were updated, and how that differs from what its first process knows. Pure. */
export function compareDelivery(
  record: ContainerRecord,
  plan: InjectionPlan,
  rewritten: readonly string[],
  registryFile: string,
): InjectionChange {
  const wanted = deliveryOf(plan);
  const waiting = plan.files.map(({ path }) => path).filter((path) => !isMountedAt(record.mounted, path));
  const files = Object.fromEntries(Object.entries(wanted.files).filter(([path]) => !waiting.includes(path)));
  const env = differences(record.given.env, wanted.env);
  const changedFiles = differences(record.given.files, wanted.files);
  // New versions of secrets whose values did not change for this container (another field of a JSON value did) have arrived.
  const isSame = env.length === 0 && changedFiles.length === 0;
  const given = isSame ? { ...record.given, secrets: wanted.secrets } : record.given;
  const current = { ...wanted, files };
  return {
    record: { ...record, given, current, wanted: wantedOf(wanted, plan.told, record.wanted) },
    env,
    files: changedFiles,
    rewritten: rewritten.filter((path) => path !== registryFile),
    registry: rewritten.includes(registryFile),
    held: record.held ?? [],
    waiting: waiting.sort(),
  };
}

/** @param before what was wanted before: its revision stays as long as variables and files do */
export function wantedOf(
  { env, files }: Pick<Delivery, "env" | "files">,
  revision: number,
  before: Wanted | undefined,
): Wanted {
  const text = JSON.stringify([sortedEntries(env), sortedEntries(files)]);
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 32);
  return before?.digest === digest ? before : { revision, digest };
}

/** Equal in everything but revision and digest: nothing about this container has changed. */
export function sameDelivery(a: Delivery, b: Delivery): boolean {
  const essence = ({ env, files, registry, secrets }: Delivery) =>
    JSON.stringify([sortedEntries(env), sortedEntries(files), sortedEntries(registry), secrets]);
  return essence(a) === essence(b);
}

function sortedEntries(record: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
