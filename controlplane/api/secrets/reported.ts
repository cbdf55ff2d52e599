import { organizationName } from "../../../common/resource-name.ts";
import type { NodeRecord, Receipt } from "../../directory/records.ts";
import type { Stores } from "../../stores/stores.ts";
import type { NodeConnections } from "../../stream/connections.ts";

export type Connected = Pick<NodeConnections, "isConnected">;

/** A container as its node reported it last. */
export interface Reported extends Receipt {
  /** Whether the node is connected now. */
  readonly connected: boolean;
}

/**
 * The containers of an organization, by node and name: all, or those of some targets and those that have a secret. Whatever a node
 * says, it speaks of its own organization only.
 */
export async function reportedIn(
  stores: Pick<Stores, "receipts" | "nodes">,
  connections: Connected,
  organization: string,
  only?: Parameters<Stores["receipts"]["list"]>[1],
): Promise<readonly Reported[]> {
  const own = `${organizationName(organization)}/`;
  const receipts = await stores.receipts.list(organization, only);
  const nodes = new Map((await everyNode(stores, organization)).map((node) => [node.name, node]));
  return receipts
    .filter(({ container }) => container.target === "" || container.target.startsWith(own))
    .map((receipt) => {
      const record = nodes.get(receipt.node);
      return { ...receipt, connected: record !== undefined && connections.isConnected(record) };
    })
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function keyOf({ node, container }: Pick<Receipt, "node" | "container">): string {
  return `${node} ${container.containerName} ${container.containerId}`;
}

async function everyNode(stores: Pick<Stores, "nodes">, organization: string): Promise<NodeRecord[]> {
  const nodes: NodeRecord[] = [];
  let pageToken = "";
  do {
    const page = await stores.nodes.list(organization, { pageSize: 1000, pageToken });
    nodes.push(...page.items);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return nodes;
}
