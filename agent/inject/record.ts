import type { Bundle } from "../../common/bundle.ts";
import { KeyholdError } from "../../common/errors.ts";
import { keyholdLabels, type Labels, type Lifetime, parseRequest } from "../watch/labels.ts";
import type { InjectionRequest } from "../watch/request.ts";
import { attemptAtStart } from "./plan/attempt.ts";
import { wantedOf } from "./plan/change.ts";
import { allFiles, deliveryOf, planInjection } from "./plan/plan.ts";
import type { ContainerRecord, InjectionPlan, SpecFacts } from "./plan/types.ts";
import { aboutContainer } from "./refusal.ts";

/** What a container asks for; undefined without a label. Throws `invalid`, naming the container. */
export function readRequest(
  name: string,
  labels: Labels,
  lifetime: Lifetime = {},
): InjectionRequest | undefined {
  try {
    return parseRequest(labels, lifetime);
  } catch (thrown) {
    throw aboutContainer(name, KeyholdError.from(thrown, "its labels could not be read"));
  }
}

/** What a container that was given secrets asks for. Throws as {@link readRequest} does. */
export function requestOf({
  name,
  labels,
  facts,
}: Pick<ContainerRecord, "name" | "labels" | "facts">): InjectionRequest | undefined {
  return readRequest(name, labels, facts);
}

/** Plans with what the container was started with. Throws as planning does. */
export function planAgain(record: ContainerRecord, bundle: Bundle): InjectionPlan {
  const request = requestOf(record);
  if (request === undefined) {
    throw new KeyholdError({
      code: "failed",
      message: `the record of container ${record.name} has no labels`,
    });
  }
  return planInjection({ container: record.name, request, bundle, facts: record.facts });
}

/**
 * What is to be known of a container that is started with this plan.
 * @param before what was known of its earlier process, and the time: milliseconds since 1970
 */
export function recordOf(
  id: string,
  { name, labels }: { readonly name: string; readonly labels: Labels },
  facts: SpecFacts,
  plan: InjectionPlan,
  before?: { readonly record: ContainerRecord; readonly now: number },
): ContainerRecord {
  const delivery = deliveryOf(plan);
  const wanted = wantedOf(delivery, plan.told, before?.record.wanted);
  const attempt = before && attemptAtStart(before.record.attempt, wanted, before.now);
  const own = allFiles(plan)
    .filter((each) => each.place === "own")
    .map((each) => each.path);
  return {
    format: 1,
    container: id,
    name,
    target: plan.target,
    labels: keyholdLabels(labels),
    facts,
    mounted: { directory: plan.directory, own },
    given: delivery,
    current: delivery,
    told: delivery.env,
    wanted,
    ...(attempt === undefined ? {} : { attempt }),
  };
}
