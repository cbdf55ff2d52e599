import { parseTarget } from "../../../common/resource-name.ts";
import type { Caller } from "../../identity/principal.ts";
import type { TargetFacts } from "../../resolve/resolution.ts";
import { findFacts } from "../../resolve/targets-of-scope.ts";
import type { Stores } from "../../stores/stores.ts";
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

/** The same by its name; one that is gone is seen by whoever could see it if it had no owner. */
export async function maySeeNamed(
  stores: Pick<Stores, "workspaces" | "projects">,
  access: Access,
  caller: Caller,
  name: string,
): Promise<boolean> {
  const target = parseTarget(name);
  const facts = await findFacts(stores, target);
  return maySee(access, caller, { target, owner: facts?.owner });
}
