import type { ContainerReport } from "../../proto/gen/keyhold/v1/ContainerReport.ts";
import type { ContainerStatus } from "../change/queue/container-status.ts";
import type { RestartQueue } from "../change/queue/restart-queue.ts";
import type { Reinjection } from "../inject/plan/types.ts";
import type { ContainerWatcher } from "../watch/container-watcher.ts";
import type { NetworkOwner, NetworkSharing } from "../watch/network-sharing.ts";
import { deliveredTo } from "./delivered.ts";
import type { ControlPlaneSession } from "./session.ts";
import { policyOf, wantsOf } from "./wants.ts";

export interface ReporterOptions {
  readonly session: Pick<ControlPlaneSession, "report" | "onConnected" | "onChange">;
  readonly watcher: Pick<ContainerWatcher, "containers" | "onEvent">;
  readonly reinjection: Pick<Reinjection, "records" | "onRecords">;
  readonly steps: Pick<RestartQueue, "statuses" | "onChange">;
  readonly sharing?: Pick<NetworkSharing, "sharersOf" | "onChange">;
}

const HEALTH = { starting: "STARTING", healthy: "HEALTHY", unhealthy: "UNHEALTHY" } as const;
/** What the control plane takes of a name and a problem, in characters: see docs/reference/limits.md. */
const MAX_NAME = 255;
const MAX_PROBLEM = 1024;
/** The control plane takes no more names. */
const MAX_DEPENDENTS = 50;
/** Milliseconds. Many containers that start together are one report. */
const PAUSE = 100;

/**
 * Tells the control plane which labelled containers there are and what each was given. Every report is complete, so that a lost
 * one does no harm: the next one says it all.
 */
export class Reporter {
  readonly #options: ReporterOptions;
  readonly #unsubscribe: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  start(): void {
    const { session, watcher, steps, reinjection, sharing } = this.#options;
    const soon = () => this.#soon();
    this.#unsubscribe.push(session.onConnected(soon), session.onChange(soon), watcher.onEvent(soon));
    // A signal that was sent and a file that was rewritten are nothing the engine tells of.
    this.#unsubscribe.push(steps.onChange(soon), reinjection.onRecords(soon));
    if (sharing !== undefined) this.#unsubscribe.push(sharing.onChange(soon));
  }

  close(): void {
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
    clearTimeout(this.#timer);
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#options.session.report({ complete: true, containers: this.#containers() });
    }, PAUSE);
  }

  #containers(): ContainerReport[] {
    const records = new Map(this.#options.reinjection.records().map((record) => [record.container, record]));
    const statuses = this.#options.steps.statuses();
    return [...this.#options.watcher.containers().values()].map(({ id, name, running, paused = false }) => {
      const record = records.get(id);
      return {
        containerId: id,
        containerName: name.slice(0, MAX_NAME),
        state: running ? "RUNNING" : "STOPPED",
        ...(paused ? { paused } : {}),
        ...this.#dependentsOf({ id, name }),
        target: record?.target ?? "",
        revision: record?.given.revision ?? 0,
        ...(record === undefined ? {} : { wants: wantsOf(record) }),
        delivered: record === undefined ? [] : deliveredTo(record, policyOf(record)),
        ...stepOf(statuses.get(id)),
      };
    });
  }

  #dependentsOf(owner: NetworkOwner): Pick<ContainerReport, "dependents"> {
    const sharers = this.#options.sharing?.sharersOf(owner) ?? [];
    if (sharers.length === 0) return {};
    return { dependents: sharers.slice(0, MAX_DEPENDENTS).map(({ name }) => name.slice(0, MAX_NAME)) };
  }
}

/** Where a container stands in a change. */
function stepOf(standing: ContainerStatus | undefined): ContainerReport {
  if (standing === undefined) return {};
  const { rollout, due, waitingUntil, health, step, halted, problem } = standing;
  return {
    rolloutGroup: rollout?.group ?? "",
    maxUnavailable: rollout?.maxUnavailable ?? 0,
    due,
    ...(waitingUntil === undefined ? {} : { waitingUntil: { seconds: Math.floor(waitingUntil / 1_000) } }),
    health: health === undefined ? "HEALTH_UNSPECIFIED" : HEALTH[health],
    step,
    halted,
    problem: problem.slice(0, MAX_PROBLEM),
  };
}
