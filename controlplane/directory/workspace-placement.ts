import { childName } from "../../common/resource-name.ts";
import type { WorkspaceRow } from "../database/schema.ts";
import type { Writing } from "../database/session.ts";

type PlacementFields = Pick<
  WorkspaceRow,
  "node" | "placed_by" | "place_time" | "place_revision" | "confirm_time" | "released"
>;

/**
 * The fields of a workspace that is placed.
 * @param node the node's id; null places it nowhere, so that a node may claim it
 * @param owner the owner's id: who places a workspace of their own agrees to it
 */
export function placed(
  tx: Pick<Writing, "now" | "revision">,
  organization: string,
  { node, owner, by }: { readonly node: string | null; readonly owner: string; readonly by: string },
): PlacementFields {
  const at = { node, place_revision: tx.revision, released: 0 };
  if (node === null) return { ...at, placed_by: null, place_time: null, confirm_time: null };
  const isOwn = by === childName(organization, "users", owner).name;
  return { ...at, placed_by: by, place_time: tx.now, confirm_time: isOwn ? tx.now : null };
}

/**
 * The fields of a workspace that another user owns from now on. What the owner before agreed to does not bind the next one.
 * @param owner the id of the next owner
 */
export function handedOver(
  tx: Pick<Writing, "now">,
  { organization, node }: Pick<WorkspaceRow, "organization" | "node">,
  { owner, by }: { readonly owner: string; readonly by: string },
): Pick<WorkspaceRow, "owner" | "confirm_time"> {
  const isOwn = by === childName(organization, "users", owner).name;
  return { owner, confirm_time: node !== null && isOwn ? tx.now : null };
}

/** The fields of a workspace whose node was revoked: only an admin places it again. */
export function released(tx: Pick<Writing, "revision">): PlacementFields {
  const nowhere = { node: null, placed_by: null, place_time: null, confirm_time: null };
  return { ...nowhere, place_revision: tx.revision, released: 1 };
}
