import type { ChildName } from "../../../common/resource-name.ts";
import { type Collection, parseName } from "../../input/names.ts";

/** `alice` beside `acme/ws-1` is `organizations/acme/users/alice`; whole names pass. Nothing given is the empty name. */
export function siblingName(resource: ChildName, collection: Collection, text: string | undefined): string {
  if (text === undefined) return "";
  const full = text.includes("/") ? text : `${resource.organization}/${text}`;
  return parseName(full, collection, `acme/${collection}/NAME`).name;
}
