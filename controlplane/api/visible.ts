import type { Caller } from "../identity/principal.ts";
import type { TargetFacts } from "../resolve/resolution.ts";
import type { Access } from "./access.ts";

/** Whether the caller may know of a workload: its name, its containers and where they run. */
export async function maySee(
  access: Access,
  caller: Caller,
  { target, owner }: Pick<TargetFacts, "target" | "owner">,
): Promise<boolean> {
  const { organization, name, id } = target;
  if (target.level === "project")
    return access.may(caller, "project", "see", { organization, name, project: id });
  return access.may(caller, "workspace", "see", { organization, name, owner });
}
