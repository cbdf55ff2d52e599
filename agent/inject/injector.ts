import { randomUUID } from "node:crypto";
import type { Bundle, TargetSource } from "../../common/bundle.ts";
import { KeyholdError } from "../../common/errors.ts";
import type { Log } from "../../common/log.ts";
import { OneAtATime } from "../../common/one-at-a-time.ts";
import { DOCKER_CONFIG_FILE } from "../../common/workload/paths.ts";
import { deliveryOfKind } from "../../common/workload/secret-kind.ts";
import { type OciSpec, readSpec, rootOf, writeSpec } from "../runtime/oci-spec.ts";
import { type RealRuntime, writeRealRuntime } from "../runtime/real-runtime.ts";
import type { RuntimeAnswer, RuntimeQuestion } from "../runtime/wire.ts";
import { askLabels, type ContainerLabels } from "./ask-labels.ts";
import { ExecValues } from "./exec-values.ts";
import type { ContainerFiles } from "./files/container-files.ts";
import { tidyMountPoints } from "./files/mount-points.ts";
import { ownFilesIn } from "./files/own-files.ts";
import type { HeldSecrets } from "./held-secrets.ts";
import type { RestartAttempt } from "./plan/attempt.ts";
import { compareDelivery, sameDelivery } from "./plan/change.ts";
import { type HeldBundle, neededSecrets, withHeld } from "./plan/held.ts";
import { refuseMisplacedReferences } from "./plan/misplaced.ts";
import { allFiles, planInjection } from "./plan/plan.ts";
import { editSpec, factsOf, isEdited, uneditedSpec } from "./plan/spec-edit.ts";
import type {
  ContainerRecord,
  InjectionChange,
  InjectionPlan,
  Reinjection,
  SpecFacts,
} from "./plan/types.ts";
import { splitVariable } from "./plan/wants.ts";
import { planAgain, readRequest, recordOf, requestOf } from "./record.ts";
import type { RecordStore } from "./record-store.ts";
import { aboutContainer, obtainBundle, START_PROMISE, shortId } from "./refusal.ts";

export interface InjectorOptions {
  readonly labels: ContainerLabels;
  readonly source: Pick<TargetSource, "obtain" | "peek" | "prefetch">;
  readonly files: Pick<ContainerFiles, "prepare" | "update" | "mountsOf" | "remove">;
  readonly records: Pick<RecordStore, "write" | "readAll">;
  readonly held: Pick<HeldSecrets, "begin" | "follow" | "of" | "forget" | "sizeOf">;
  readonly log: Pick<Log, "debug" | "info" | "warn">;
  /** Which of these variables have the values of the container's image; undefined where the engine does not say. */
  readonly imageVariables?: (id: string, env: readonly string[]) => Promise<readonly string[] | undefined>;
  /** What the engine keeps about the container on disk. */
  readonly engineFacts?: (id: string, spec: OciSpec) => Promise<Partial<SpecFacts> | undefined>;
  /** Where {@link writeRealRuntime} writes, and how a runtime is found by its name in daemon.json. */
  readonly runtimes?: {
    readonly runDirectory: string;
    readonly find: (name: string) => Promise<RealRuntime>;
  };
  /** Whether the agent makes up for a start of this container that is refused now for want of an answer. */
  readonly promises?: (container: string) => boolean;
}

/**
 * Answers the runtime: what is a container to be given, and put it there. Work on one container happens one after the other;
 * each step can be done again, so a crash or a second question finishes what the first began.
 */
export class Injector implements Reinjection {
  readonly #options: InjectorOptions;
  readonly #records = new Map<string, ContainerRecord>();
  /** Read from an earlier agent's records, and not seen since. */
  readonly #inherited = new Set<string>();
  readonly #execValues: ExecValues;
  readonly #turns = new OneAtATime();
  readonly #listeners = new Set<() => void>();

  constructor(options: InjectorOptions) {
    this.#options = options;
    this.#execValues = new ExecValues({
      ...options,
      withHeld: (record, bundle) => this.#withHeld(record, bundle).bundle,
    });
  }

  /** Reads back what earlier agents gave, and begins to fetch those targets. Call it before the first question. */
  async recover(): Promise<void> {
    for (const record of await this.#options.records.readAll()) {
      this.#records.set(record.container, record);
      this.#inherited.add(record.container);
      this.#options.source.prefetch(record.target);
    }
    if (this.#records.size > 0) this.#options.log.info({ count: this.#records.size }, "took over containers");
  }

  /** Forgets what was taken over for containers that have been removed in the meantime. */
  async retain(existing: ReadonlySet<string>): Promise<void> {
    const gone = [...this.#inherited].filter((id) => !existing.has(id));
    this.#inherited.clear();
    for (const id of gone) await this.forget(id);
  }

  /**
   * For the runtime's socket. Every reason against a start is an answer `refused`: a sentence that names the container, the
   * target, the reason and the next step. An exec is never refused.
   */
  async handle(question: RuntimeQuestion, signal?: AbortSignal): Promise<RuntimeAnswer> {
    if (question.verb === "exec") {
      const record = this.#records.get(question.id);
      if (record === undefined) return { kind: "unchanged" };
      return this.#execValues.answer(record, question.processFile);
    }
    return this.#turns.run(question.id, async () => {
      try {
        return await this.#create(question.id, question.bundle, signal);
      } catch (thrown) {
        return this.#refuse(question.id, thrown);
      }
    });
  }

  /** Whether it was given secrets, by this agent or an earlier one. */
  knows(container: string): boolean {
    return this.#records.has(container);
  }

  records(): readonly ContainerRecord[] {
    return [...this.#records.values()];
  }

  onRecords(listener: () => void): () => void {
    const own = () => listener();
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  async reinject(container: string, bundle: Bundle): Promise<InjectionChange | undefined> {
    return this.#turns.run(container, async () => {
      const record = this.#records.get(container);
      if (record === undefined) return undefined;
      const { bundle: whole, held } = this.#withHeld(record, bundle);
      const plan = planAgain(record, whole);
      const beside = this.#options.held.sizeOf(new Set(this.#options.held.of(container).keys()), whole);
      const rewritten = await this.#options.files.update(container, allFiles(plan), record.mounted, beside);
      this.#options.held.follow(container, whole);
      const change = compareDelivery({ ...record, held }, plan, rewritten, DOCKER_CONFIG_FILE);
      const isNews = !sameDelivery(record.current, change.record.current) || isOther(record, change.record);
      if (isNews) await this.#remember(change.record);
      else this.#records.set(container, change.record);
      return change;
    });
  }

  #withHeld(record: ContainerRecord, bundle: Bundle): HeldBundle {
    const request = requestOf(record);
    if (request === undefined) return { bundle, held: [] };
    const needed = neededSecrets(request, record.facts.env);
    return withHeld(bundle, needed, this.#options.held.of(record.container));
  }

  async updateAttempt(
    container: string,
    change: (record: ContainerRecord) => RestartAttempt | undefined,
  ): Promise<boolean> {
    return this.#turns.run(container, async () => {
      const record = this.#records.get(container);
      const attempt = record && change(record);
      if (record === undefined || attempt === undefined || attempt === record.attempt) return false;
      await this.#remember({ ...record, attempt });
      return true;
    });
  }

  /** Adds to the record what the engine has told about a running container. */
  async learn(container: string, facts: Partial<SpecFacts>): Promise<void> {
    await this.#turns.run(container, async () => {
      const record = this.#records.get(container);
      if (record === undefined) return;
      await this.#remember({ ...record, facts: { ...record.facts, ...facts } });
    });
  }

  async settle(container: string): Promise<void> {
    await this.#turns.run(container, async () => {
      const record = this.#records.get(container);
      if (record === undefined) return;
      const { current, given } = record;
      await this.#remember({ ...record, given: { ...current, env: given.env }, told: current.env });
    });
  }

  async forget(container: string): Promise<void> {
    await this.#turns.run(container, () => this.#drop(container));
  }

  async #create(id: string, bundleDirectory: string, signal?: AbortSignal): Promise<RuntimeAnswer> {
    const found = await askLabels(this.#options.labels, id);
    const asked = readRequest(found.name, found.labels);
    if (asked === undefined) {
      await this.#drop(id);
      return { kind: "unchanged" };
    }
    const bundle = await obtainBundle(found.name, asked, this.#options.source);
    const spec = this.#unedited(id, found.name, await readSpec(bundleDirectory));
    const facts = await this.#factsOf(id, bundleDirectory, spec, bundle);
    refuseMisplacedReferences(found.name, spec, facts.healthcheck);
    const request = readRequest(found.name, found.labels, facts) ?? asked;
    const plan = planInjection({ container: found.name, request, bundle, facts });
    const runtime = await this.#realRuntime(found.name, request.runtime);
    signal?.throwIfAborted();
    const record = { ...recordOf(id, found, facts, plan, this.#before(id)), bundle: bundleDirectory };
    if (this.#options.runtimes !== undefined)
      writeRealRuntime(this.#options.runtimes.runDirectory, id, runtime);
    const needed = { ids: neededSecrets(request, facts.env), bundle };
    await this.#give(bundleDirectory, spec, plan, record, needed);
    this.#execValues.begin(id, plan.env);
    this.#options.log.info(
      { container: id, containerName: found.name, target: plan.target, revision: plan.revision },
      "gave a container its secrets",
    );
    for (const warning of plan.warnings)
      this.#options.log.warn(
        { container: id, containerName: found.name, target: plan.target, reason: warning },
        "gave a container its secrets with a warning",
      );
    return { kind: "unchanged" };
  }

  async #realRuntime(container: string, name: string | undefined): Promise<RealRuntime | undefined> {
    if (name === undefined) return undefined;
    try {
      return await this.#options.runtimes?.find(name);
    } catch (thrown) {
      throw aboutContainer(container, KeyholdError.from(thrown, "its runtime could not be looked up"));
    }
  }

  /** What planning has to know, read once: a change is planned with what the container was started with. */
  async #factsOf(id: string, bundleDirectory: string, spec: OciSpec, bundle: Bundle): Promise<SpecFacts> {
    const { engineFacts, imageVariables } = this.#options;
    const before = this.#records.get(id);
    const facts = { ...factsOf(spec), ...(await engineFacts?.(id, spec)) };
    const ownFiles = ownFilesIn(rootOf(bundleDirectory, spec), before?.mounted.made ?? []);
    const hasConfig = facts.env.some((entry) => splitVariable(entry)[0] === "DOCKER_CONFIG");
    const isAsked = hasConfig && bundle.secrets.some(({ kind }) => deliveryOfKind(kind) === "registry");
    const ofImage = isAsked ? await imageVariables?.(id, facts.env) : undefined;
    return {
      ...facts,
      ...(ownFiles === undefined ? {} : { ownFiles }),
      ...(ofImage === undefined ? {} : { imageVariables: ofImage }),
      salt: before?.facts.salt ?? randomUUID(),
    };
  }

  #before(id: string) {
    const record = this.#records.get(id);
    return record && { record, now: Date.now() };
  }

  /** The record comes before the specification: whoever finds an edited one must be able to take the edit back. */
  async #give(
    bundleDirectory: string,
    spec: OciSpec,
    plan: InjectionPlan,
    record: ContainerRecord,
    needed: { readonly ids: ReadonlySet<string>; readonly bundle: Bundle },
  ): Promise<void> {
    const { files, held } = this.#options;
    const id = record.container;
    await files.prepare(id, allFiles(plan), held.sizeOf(needed.ids, needed.bundle));
    held.begin(id, needed.ids, needed.bundle);
    await this.#remember(this.#withMountPoints(record, rootOf(bundleDirectory, spec)));
    const mounts = files.mountsOf(id, allFiles(plan), plan.directory);
    await writeSpec(bundleDirectory, editSpec(spec, plan, mounts));
    this.#inherited.delete(id);
  }

  #withMountPoints(record: ContainerRecord, root: string): ContainerRecord {
    const { mounted } = record;
    const before = this.#records.get(record.container)?.mounted.made ?? [];
    const made = tidyMountPoints(root, before, mounted.own);
    return made.length === 0 ? record : { ...record, mounted: { ...mounted, made } };
  }

  #unedited(id: string, name: string, spec: OciSpec): OciSpec {
    if (!isEdited(spec)) return spec;
    const record = this.#records.get(id);
    if (record !== undefined) return uneditedSpec(spec, record.facts);
    throw new KeyholdError({
      code: "conflict",
      message: `container ${name} cannot be started: it was prepared by an agent that is gone`,
      next: "start it again",
    });
  }

  /** Nothing half-given stays behind. */
  async #refuse(id: string, thrown: unknown): Promise<RuntimeAnswer> {
    const error = KeyholdError.from(thrown, `container ${shortId(id)} cannot be started`);
    const isPassing = error.code === "unavailable" || error.code === "timeout";
    const promise = isPassing && this.#options.promises?.(id) === true ? START_PROMISE : "";
    const reason = `${error.describe()}${promise}`;
    this.#options.log.warn({ container: id, reason, code: error.code, err: thrown }, "refused a start");
    // Whoever began to restart it owes the start, and has to be able to try again; and a step stays answered.
    const before = this.#records.get(id);
    try {
      await this.#drop(id);
      if (before?.attempt !== undefined) await this.#remember(before);
    } catch (second) {
      this.#options.log.warn({ container: id, err: second }, "cannot clean up after a refused start");
    }
    return { kind: "refused", reason };
  }

  async #remember(record: ContainerRecord): Promise<void> {
    await this.#options.records.write(record);
    this.#records.set(record.container, record);
    for (const listener of [...this.#listeners]) listener();
  }

  async #drop(container: string): Promise<void> {
    this.#records.delete(container);
    this.#inherited.delete(container);
    this.#execValues.forget(container);
    this.#options.held.forget(container);
    await this.#options.files.remove(container);
  }
}

function isOther(before: ContainerRecord, after: ContainerRecord): boolean {
  return (
    before.wanted.digest !== after.wanted.digest || (before.held ?? []).join() !== (after.held ?? []).join()
  );
}
