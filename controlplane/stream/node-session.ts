import type { ServerDuplexStream } from "@grpc/grpc-js";
import { KeyholdError } from "../../common/errors.ts";
import type { Log } from "../../common/log.ts";
import type { SubscribeRequest__Output } from "../../proto/gen/keyhold/v1/SubscribeRequest.ts";
import type { SubscribeResponse } from "../../proto/gen/keyhold/v1/SubscribeResponse.ts";
import type { DeliveryAudit, NodeActor } from "../audit/delivery-audit.ts";
import type { EnrolledNode } from "../directory/records.ts";
import { kindsInHello, withoutUnknownKinds } from "./capabilities.ts";
import type { Contacts } from "./contacts.ts";
import { requireHelloFits, requireTargetsFit } from "./report-limits.ts";
import { cleanReport, cleanVersion } from "./reported-text.ts";
import type { Affected, Answer, AnswerSource } from "./sources.ts";
import { type StepSource, StepsDue } from "./steps-due.ts";
import { MAXIMUM_TARGETS, WatchList, type Work } from "./watch-list.ts";

/** One call of Subscribe, as grpc-js hands it to the handler. */
export type NodeCall = Pick<
  ServerDuplexStream<SubscribeRequest__Output, SubscribeResponse>,
  "write" | "emit" | "on" | "cancelled"
>;

export type MessageKind = "snapshot" | "increment" | "step";

type Hello = NonNullable<SubscribeRequest__Output["hello"]>;
type Report = NonNullable<SubscribeRequest__Output["report"]>;

/** A node is handed nothing before that is written down. */
export type DeliveryAudits = Pick<DeliveryAudit, "asking" | "delivered">;

export interface NodeSessionOptions {
  readonly node: EnrolledNode;
  readonly call: NodeCall;
  readonly answers: AnswerSource;
  /** Resolves when the node may be told anything; rejects if it may not. */
  readonly admitted: Promise<void>;
  readonly contacts: Pick<Contacts, "opened" | "closed" | "reported">;
  /** The feed's position, read at the hello. */
  readonly currentRevision: () => number;
  /** What the call is ended with. */
  readonly toStatus: (error: KeyholdError) => object;
  /** As whom and from where what it is handed is written down. */
  readonly actor: NodeActor;
  readonly audit: DeliveryAudits;
  readonly steps: StepSource;
  /** Told of each message. */
  readonly sent?: ((kind: MessageKind) => void) | undefined;
  /** Told how many containers of a report were over a limit. */
  readonly dropped?: ((count: number) => void) | undefined;
  /** Milliseconds between two increments at most, empty ones if nothing changed. */
  readonly confirmEvery?: number;
  readonly log: Log;
}

/** A node that has lost the last message of a burst holds old values until the next: so long at most. */
const CONFIRM_EVERY = 30_000;

/** Reports that may come before it is known whether the node is revoked: an agent sends its first after the snapshot. */
const MAXIMUM_UNHEARD = 100;

/**
 * A message takes no further target once its values have this many bytes. One workload has at most 16 MiB, so no message
 * comes near the 32 MiB that agents accept.
 */
const MESSAGE_BYTES = 8 * 1024 * 1024;

/**
 * One node's stream. Everything that goes out passes one loop, one message at a time: look up what is pending, write it, wait
 * until the transport took it. While a slow agent does not read, changes only mark targets, so it gets the latest state when
 * it does, and nothing piles up here.
 */
export class NodeSession {
  readonly node: EnrolledNode;
  readonly #options: NodeSessionOptions;
  readonly #log: Log;
  readonly #closed = Promise.withResolvers<void>();
  #open = true;
  /** It was admitted, and what it says counts. */
  #isHeard = false;
  /** What it said before that. */
  #unheard: Report[] = [];
  #list: WatchList | undefined;
  /** Of secrets, that the agent can deliver. */
  #kinds: ReadonlySet<string> = new Set();
  readonly #steps = new StepsDue();
  /** The next increment says which projects the node is enrolled for. */
  #areProjectsDue = false;
  #pumping = false;
  #confirming: NodeJS.Timeout | undefined;
  /** Received on this stream. */
  #requests = 0;

  constructor(options: NodeSessionOptions) {
    this.#options = options;
    this.node = options.node;
    this.#log = options.log.child({ component: "stream", node: options.node.name });
    options.call.on("data", (request: SubscribeRequest__Output) => this.#receive(request));
    options.call.on("end", () => this.end(goneAway()));
    // The connection broke, or the agent cancelled: nobody is left to be told.
    options.call.on("cancelled", () => this.#close());
    options.call.on("close", () => this.#close());
    // Gone while its certificate was looked at: the event is past.
    if (options.call.cancelled) this.#close();
  }

  /** Resolves when the stream is over, whoever ended it. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Targets the node watches. */
  get targets(): number {
    return this.#list?.size ?? 0;
  }

  changed(revision: number, affected: Affected): void {
    this.#list?.changed(revision, affected);
    this.#pump();
  }

  /** The node itself has changed: it may be enrolled for other projects. */
  nodeChanged(revision: number): void {
    this.#areProjectsDue = true;
    this.#list?.confirm();
    this.changed(revision, "all");
  }

  /** Containers of the node may have been given their turn. */
  stepsChanged(): void {
    this.#steps.changed();
    this.#pump();
  }

  /** Ends the stream with an error; harmless if it is over already. */
  end(error: KeyholdError): void {
    if (!this.#open) return;
    this.#close();
    this.#options.call.emit("error", this.#options.toStatus(error));
  }

  #close(): void {
    if (!this.#open) return;
    this.#open = false;
    clearInterval(this.#confirming);
    if (this.#isHeard) this.#options.contacts.closed(this.node);
    this.#closed.resolve();
  }

  #receive(request: SubscribeRequest__Output): void {
    if (!this.#open) return;
    this.#requests += 1;
    try {
      this.#take(request);
    } catch (thrown) {
      this.end(KeyholdError.from(thrown, "a request of the agent"));
    }
    this.#pump();
  }

  /** @throws KeyholdError what the stream is ended with */
  #take(request: SubscribeRequest__Output): void {
    if (request.hello) this.#hello(request.hello);
    else if (this.#list === undefined) throw helloMissing();
    else if (request.watch) this.#watch(this.#list, request.watch.targets);
    else if (request.unwatch) this.#list.unwatch(request.unwatch.targets);
    else if (request.report) this.#report(request.report);
  }

  #hello({ agentVersion, targets, secretKinds }: Hello): void {
    if (this.#list !== undefined) throw helloTwice();
    requireHelloFits(agentVersion);
    this.#kinds = kindsInHello(secretKinds);
    this.#list = new WatchList(this.#options.currentRevision());
    // Rejected: the stream ends for it, see #sendAll.
    this.#options.admitted.then(
      () => this.#hear(agentVersion),
      () => undefined,
    );
    this.#log.info({ count: targets.length }, "Agent connected");
    this.#watch(this.#list, targets);
    this.#confirming = setInterval(() => this.#confirm(), this.#options.confirmEvery ?? CONFIRM_EVERY);
  }

  #confirm(): void {
    this.#list?.confirm();
    this.#steps.repeat();
    this.#pump();
  }

  #watch(list: WatchList, targets: readonly string[]): void {
    requireTargetsFit(targets);
    if (!list.hasRoomFor(targets)) throw tooMany();
    list.watch(targets);
  }

  #hear(agentVersion: string): void {
    if (!this.#open) return;
    this.#isHeard = true;
    this.#options.contacts.opened(this.node, cleanVersion(agentVersion));
    for (const report of this.#unheard.splice(0)) this.#report(report);
  }

  #report(report: Report): void {
    if (!this.#isHeard) {
      if (this.#unheard.push(report) > MAXIMUM_UNHEARD) this.end(tooEarly());
      return;
    }
    const dropped = this.#options.contacts.reported(this.node, cleanReport(report));
    if (dropped === 0) return;
    this.#options.dropped?.(dropped);
    this.#log.warn(
      { count: dropped },
      "Containers of a report were dropped: too many, or too much said of them",
    );
  }

  #pump(): void {
    if (this.#pumping || !this.#open || this.#list === undefined) return;
    this.#pumping = true;
    this.#sendAll(this.#list).catch((thrown: unknown) => this.#lookupFailed(thrown));
  }

  async #sendAll(list: WatchList): Promise<void> {
    try {
      await this.#options.admitted;
      // One turn of the event loop: what arrives together leaves together.
      await new Promise<void>((resolve) => setImmediate(resolve));
      while (this.#open) {
        const work = list.take();
        if (work !== undefined) await this.#sendValues(list, work);
        // A container is restarted for values that its node has.
        else if (this.#steps.isDue) await this.#sendSteps();
        else break;
      }
    } finally {
      // In the same step that found nothing pending: a change right after it must find the loop ended.
      this.#pumping = false;
    }
  }

  async #sendValues(list: WatchList, work: Work): Promise<void> {
    const { audit, actor } = this.#options;
    const message = list.message(work, await audit.asking(actor, () => this.#answersTo(list, work)));
    if (message === undefined || !this.#open) return;
    await this.#addProjects(message);
    await audit.delivered(actor, (message.snapshot ?? message.increment)?.targets ?? []);
    if (message.increment) message.increment.requests = this.#requests;
    await this.#write(message);
    this.#options.sent?.(message.snapshot ? "snapshot" : "increment");
  }

  async #addProjects({ snapshot, increment }: SubscribeResponse): Promise<void> {
    if (increment && !this.#areProjectsDue) return;
    this.#areProjectsDue = false;
    const names = [...(await this.#options.answers.projectsOf(this.node))];
    if (snapshot) snapshot.projects = names;
    if (increment) increment.projects = { names };
  }

  async #sendSteps(): Promise<void> {
    for (const step of await this.#steps.take(() => this.#options.steps.stepsFor(this.node))) {
      if (!this.#open) return;
      await this.#write({ step });
      this.#options.sent?.("step");
    }
  }

  /** What does not fit into one message is put back, and comes with the next increment. */
  async #answersTo(list: WatchList, work: Work): Promise<Answer[]> {
    const answers: Answer[] = [];
    let size = 0;
    for (const [index, { target, known }] of work.questions.entries()) {
      if (!this.#open) break;
      if (size >= MESSAGE_BYTES) {
        list.putBack(work.questions.slice(index));
        break;
      }
      const answer = await this.#options.answers.answer(this.node, target, known);
      if (answer === undefined || answer.digest === known) continue;
      const fitting = this.#fitting(answer);
      answers.push(fitting);
      size += sizeOf(fitting);
    }
    return answers;
  }

  #fitting(answer: Answer): Answer {
    const state = withoutUnknownKinds(answer.state, this.#kinds);
    const count = state.bundle?.omitted?.length ?? 0;
    if (count > 0) {
      const fields = { target: answer.target, count, next: "update keyhold on the node" };
      this.#log.warn(fields, "Secrets were left out: the agent does not know their kind");
    }
    return { ...answer, state };
  }

  /** Returns when the transport has taken the message, or will not any more. */
  #write(message: SubscribeResponse): Promise<void> {
    const taken = new Promise<void>((resolve) => {
      this.#options.call.write(message, () => resolve());
    });
    return Promise.race([taken, this.closed]);
  }

  /** Nothing wrong was sent; the agent keeps what it has and comes back, unless the node is revoked. */
  #lookupFailed(thrown: unknown): void {
    if (!this.#open) return;
    if (thrown instanceof KeyholdError && thrown.code === "denied") {
      this.end(thrown);
      return;
    }
    this.#log.error({ err: thrown }, "A node's targets could not be looked up, its stream is ended");
    this.end(
      new KeyholdError({
        code: "unavailable",
        message: "the control plane could not look up the node's targets",
        next: "see the control plane's log; the agent goes on trying",
      }),
    );
  }
}

function sizeOf({ state }: Answer): number {
  return (state.bundle?.secrets ?? []).reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
}

function helloMissing(): KeyholdError {
  const next = "send hello first; are agent and control plane of the same release?";
  return new KeyholdError({ code: "precondition", message: "the first request was not hello", next });
}

function helloTwice(): KeyholdError {
  const next = "watch more targets with watch, or open a new stream";
  return new KeyholdError({ code: "precondition", message: "hello was sent twice", next });
}

function tooMany(): KeyholdError {
  return new KeyholdError({
    code: "exhausted",
    message: `a node can watch at most ${MAXIMUM_TARGETS} targets`,
    next: "spread the containers over more nodes",
  });
}

function tooEarly(): KeyholdError {
  const next = "send reports after the snapshot; are agent and control plane of the same release?";
  return new KeyholdError({ code: "exhausted", message: "too many reports before the snapshot", next });
}

function goneAway(): KeyholdError {
  return new KeyholdError({ code: "cancelled", message: "the agent ended the stream" });
}
