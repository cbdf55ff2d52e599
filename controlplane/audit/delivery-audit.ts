import type { AuditLog } from "./audit-log.ts";
import {
  type Actor,
  AGENT_CLAIM,
  AGENT_RESOLVE,
  type AuditEntry,
  deliveredText,
  isName,
  organizationOf,
} from "./event.ts";

/** Which node, and from where. */
export type NodeActor = Omit<Actor, "action">;

/** What is taken from what a node is sent: of its secrets names and versions, nothing else. */
export interface Delivered {
  readonly target?: string;
  readonly bundle?: {
    readonly secrets?: readonly { readonly secret?: string; readonly version?: unknown }[];
  } | null;
}

/** Writes down what nodes are handed. */
export class DeliveryAudit {
  readonly #audit: Pick<AuditLog, "as" | "record">;

  constructor(audit: Pick<AuditLog, "as" | "record">) {
    this.#audit = audit;
  }

  /** A node that asks for a workspace first gets it placed on it: that is its doing. */
  asking<T>(node: NodeActor, work: () => Promise<T>): Promise<T> {
    return this.#audit.as({ ...node, action: AGENT_CLAIM }, work);
  }

  /** All targets of one message in one transaction, before it is sent. What was refused is a denial. */
  delivered(node: NodeActor, states: readonly Delivered[]): Promise<void> {
    return this.#audit.record(states.map((state) => entryOf(node, state)));
  }
}

function entryOf({ principal, address, requestId }: NodeActor, { target, bundle }: Delivered): AuditEntry {
  const handedOut = bundle !== undefined && bundle !== null;
  return {
    ...{ organization: organizationOf(principal), principal, address, requestId },
    action: AGENT_RESOLVE,
    resource: isName(target) ? target : "",
    version: 0,
    result: handedOut ? "OK" : "PERMISSION_DENIED",
    comment: handedOut ? deliveredText(bundle.secrets ?? []) : "",
  };
}
