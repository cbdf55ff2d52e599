import type { AuditLog } from "./audit-log.ts";
import type { DeferredRows } from "./deferred-rows.ts";
import {
  type Actor,
  AGENT_CLAIM,
  AGENT_RESOLVE,
  type AuditEntry,
  deliveryTexts,
  type GivenSecrets,
  isName,
  organizationOf,
} from "./event.ts";
import type { Refusals } from "./refusals.ts";

/** Which node, and from where. */
export type NodeActor = Omit<Actor, "action">;

/** What is taken from what a node is sent: of its secrets names and versions, nothing else. */
export interface Delivered {
  readonly target?: string;
  readonly bundle?: { readonly secrets?: GivenSecrets } | null;
}

/** Writes down what nodes are handed. */
export class DeliveryAudit {
  readonly #audit: Pick<AuditLog, "as">;
  readonly #rows: Pick<DeferredRows, "record">;
  readonly #refusals: Pick<Refusals, "add">;

  constructor(
    audit: Pick<AuditLog, "as">,
    rows: Pick<DeferredRows, "record">,
    refusals: Pick<Refusals, "add">,
  ) {
    this.#audit = audit;
    this.#rows = rows;
    this.#refusals = refusals;
  }

  /** A node that asks for a workspace first gets it placed on it: that is its doing. */
  asking<T>(node: NodeActor, work: () => Promise<T>): Promise<T> {
    return this.#audit.as({ ...node, action: AGENT_CLAIM }, work);
  }

  /** What is handed out by one message in one transaction, before it is sent. What was refused is a denial. */
  async delivered(node: NodeActor, states: readonly Delivered[]): Promise<void> {
    const given = states.filter(({ bundle }) => bundle !== undefined && bundle !== null);
    const refused = states.filter((state) => !given.includes(state));
    await this.#rows.record(given.flatMap((state) => entriesOf(node, state)));
    for (const { target } of refused) {
      const entry = { ...about(node, target), result: "PERMISSION_DENIED", comment: "" };
      await this.#refusals.add(entry, organizationOf(node.principal));
    }
  }
}

function entriesOf(node: NodeActor, { target, bundle }: Delivered): readonly AuditEntry[] {
  const what = { ...about(node, target), result: "OK" };
  return deliveryTexts(what.resource, bundle?.secrets ?? []).map((texts) => ({ ...what, ...texts }));
}

function about({ principal, address, requestId }: NodeActor, target: string | undefined) {
  return {
    ...{ organization: organizationOf(principal), principal, address, requestId },
    ...{ action: AGENT_RESOLVE, resource: isName(target) ? target : "", version: 0 },
  };
}
