import type { ContainerReport__Output } from "../../proto/gen/keyhold/v1/ContainerReport.ts";
import type { NodeReport } from "../directory/records.ts";
import type { Difference, Presence } from "./presence.ts";

/** What nodes have reported and nobody has written down yet: no more than one write for each node is ever due. */
export class DueReceipts {
  readonly #presence: Pick<Presence, "containersOf" | "hasReported">;
  readonly #due = new Map<string, Map<string, ContainerReport__Output | undefined>>();
  /** Nodes of which it is not known what is written: a stream began, or a write failed. */
  readonly #unsure = new Set<string>();

  constructor(presence: Pick<Presence, "containersOf" | "hasReported">) {
    this.#presence = presence;
  }

  add(node: string, { changed, gone }: Difference): void {
    const due = this.#due.get(node) ?? new Map<string, ContainerReport__Output | undefined>();
    for (const container of changed) due.set(container.containerId, container);
    for (const id of gone) due.set(id, undefined);
    if (due.size > 0) this.#due.set(node, due);
  }

  unsure(node: string): void {
    this.#unsure.add(node);
  }

  forget(node: string): void {
    this.#unsure.delete(node);
    this.#due.delete(node);
  }

  /** All the node has if it is not known what is written, else what is new; undefined: nothing is due. */
  take(node: string): NodeReport | undefined {
    const due = this.#due.get(node);
    this.#due.delete(node);
    if (this.#unsure.has(node)) {
      // Until it has said what it has, what was written stays.
      if (!this.#presence.hasReported(node)) return undefined;
      this.#unsure.delete(node);
      return { complete: true, containers: this.#presence.containersOf(node) };
    }
    if (due === undefined) return undefined;
    const containers = [...due.values()].filter((container) => container !== undefined);
    const gone = [...due].filter(([, container]) => container === undefined).map(([id]) => id);
    return { complete: false, containers, gone };
  }
}
