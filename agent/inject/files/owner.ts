import { KeyholdError } from "../../../common/errors.ts";
import type { OciIdMapping } from "../../runtime/oci-spec.ts";

/**
 * The id that a container's id has on the host. Without mappings (no user namespace) they are the same.
 * @param of whose owner that is to be, for a person: `secret A for container web`
 * @throws KeyholdError `invalid` if the container has no such id
 */
export function hostId(
  kind: "user" | "group",
  id: number,
  mappings: readonly OciIdMapping[],
  of: string,
): number {
  if (mappings.length === 0) return id;
  for (const { containerID, hostID, size } of mappings) {
    if (id >= containerID && id < containerID + size) return hostID + (id - containerID);
  }
  throw new KeyholdError({
    code: "invalid",
    message: `${of} cannot have the ${kind} id ${id} as owner: the container's user namespace ends before it`,
    next: "choose a smaller id, or a larger range in /etc/subuid and /etc/subgid",
  });
}
