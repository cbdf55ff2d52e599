import { KeyholdError } from "../../common/errors.ts";
import type { StatusCodec } from "../../common/grpc/status.ts";
import type { Log } from "../../common/log.ts";
import type { NodeActor } from "../audit/delivery-audit.ts";
import type { EnrolledNode } from "../directory/records.ts";
import type { Contacts } from "./contacts.ts";
import { Contests } from "./contests.ts";
import { type DeliveryAudits, type MessageKind, type NodeCall, NodeSession } from "./node-session.ts";
import {
  type AnswerSource,
  type ChangeSource,
  type NodeGate,
  nodeRevoked,
  type StreamChange,
} from "./sources.ts";
import { NO_STEPS, type StepSource } from "./steps-due.ts";

export interface AgentSessionsOptions {
  readonly changes: ChangeSource;
  readonly answers: AnswerSource;
  readonly nodes: NodeGate;
  readonly contacts: Pick<Contacts, "opened" | "closed" | "reported" | "forget">;
  readonly errors: Pick<StatusCodec, "toStatus">;
  readonly audit: DeliveryAudits;
  /** What nodes are told of rollouts; left out: nothing. */
  readonly steps?: StepSource;
  /** Told of each message that a stream sends. */
  readonly sent?: (kind: MessageKind) => void;
  /** Told how many containers of a report were over a limit. */
  readonly dropped?: (count: number) => void;
  readonly log: Log;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

/** Where a node calls from. */
type Origin = Pick<NodeActor, "address" | "requestId">;

/** All streams of this process, at most one for each node. */
export class AgentSessions {
  readonly #options: AgentSessionsOptions;
  /** By the node's uid. */
  readonly #sessions = new Map<string, NodeSession>();
  readonly #contests: Contests;
  readonly #unsubscribe: () => void;
  #closing = false;

  constructor(options: AgentSessionsOptions) {
    this.#options = options;
    this.#contests = new Contests(options.now);
    this.#unsubscribe = options.changes.onChange((change) => this.#changed(change));
  }

  /**
   * The handler of AgentService.Subscribe, for a node whose certificate was verified. Listens to the call at once, so that no
   * request is lost while it is looked up whether the node may connect.
   */
  subscribe(node: EnrolledNode, call: NodeCall, from: Origin): void {
    const session = this.#open(node, call, from);
    if (this.#closing) {
      session.end(shuttingDown());
      return;
    }
    const before = this.#sessions.get(node.uid);
    if (before !== undefined) {
      before.end(takenOver());
      if (this.#contests.takenOver(node.uid))
        this.#options.log.error(
          { node: node.name, address: from.address, next: COPIES },
          "Several agents with one node's identity take its stream from each other",
        );
    }
    this.#sessions.set(node.uid, session);
    void session.closed.then(() => {
      if (this.#sessions.get(node.uid) === session) this.#sessions.delete(node.uid);
    });
  }

  #open(node: EnrolledNode, call: NodeCall, { address, requestId }: Origin): NodeSession {
    const { answers, contacts, changes, errors, audit, steps = NO_STEPS, sent, dropped, log } = this.#options;
    const actor = { principal: node.name, address, requestId };
    const admitted = this.recheck(node);
    // A call that ends before it said hello leaves nobody who waits for this.
    admitted.catch(() => undefined);
    const currentRevision = () => changes.currentRevision();
    const toStatus = (error: KeyholdError) => errors.toStatus(error);
    const collaborators = {
      answers,
      admitted,
      contacts,
      currentRevision,
      toStatus,
      audit,
      steps,
      sent,
      dropped,
      log,
    };
    return new NodeSession({ node, call, actor, ...collaborators });
  }

  #changed(change: StreamChange): void {
    for (const session of this.#sessions.values()) {
      if (change.nodes === "all" || change.nodes.has(session.node.name))
        void this.#nodeChanged(session, change.revision);
      else session.changed(change.revision, change.targets);
    }
  }

  /** Containers of this node (a resource name) may have been given their turn. */
  stepsChanged(node: string): void {
    for (const session of this.#sessions.values()) if (session.node.name === node) session.stepsChanged();
  }

  /** Whether it is revoked comes first: a node that is shut out must not be told what its revocation changed. */
  async #nodeChanged(session: NodeSession, revision: number): Promise<void> {
    try {
      await this.recheck(session.node);
    } catch (err) {
      // The agent comes back, and is asked at the door.
      this.#options.log.error(
        { node: session.node.name, err },
        "Whether a node is revoked could not be looked up",
      );
      session.end(notLookedUp());
    }
    session.nodeChanged(revision);
  }

  /** Cuts the node's stream if it is revoked. */
  async recheck(node: EnrolledNode): Promise<void> {
    if (await this.#options.nodes.isRevoked(node)) this.revoke(node);
  }

  /** Cuts the node's stream for good. */
  revoke(node: EnrolledNode): void {
    this.#sessions.get(node.uid)?.end(nodeRevoked(node));
    this.#options.contacts.forget(node);
  }

  /** For shutdown: ends every stream so that the agents come back later, and takes no new one. */
  closeAll(): void {
    this.#closing = true;
    this.#unsubscribe();
    for (const session of this.#sessions.values()) session.end(shuttingDown());
  }

  /** Targets watched on all streams: one that two nodes watch counts twice. */
  get targets(): number {
    let sum = 0;
    for (const session of this.#sessions.values()) sum += session.targets;
    return sum;
  }

  /** Whether several agents with the identity of this node (its uid) take its stream from each other. */
  isContested(uid: string): boolean {
    return this.#contests.isContested(uid);
  }

  /** Such nodes. */
  get contested(): number {
    return this.#contests.count;
  }

  /** Streams open now. */
  get count(): number {
    return this.#sessions.size;
  }
}

const COPIES = "run one agent for each node; copies of a state directory are not separate nodes";

function takenOver(): KeyholdError {
  return new KeyholdError({
    code: "conflict",
    message: "another stream of the same node took over",
    next: COPIES,
  });
}

function notLookedUp(): KeyholdError {
  return new KeyholdError({
    code: "unavailable",
    message: "the control plane could not look the node up",
    next: "see the control plane's log; the agent goes on trying",
  });
}

function shuttingDown(): KeyholdError {
  return new KeyholdError({
    code: "unavailable",
    message: "the control plane is shutting down",
    next: "wait for it to start again; the agent goes on trying",
  });
}
