import { parseTarget } from "../../../common/resource-name.ts";
import type { Caller } from "../../identity/principal.ts";
import type { Stores } from "../../stores/stores.ts";
import type { Access } from "./access.ts";
import { maySee } from "./visible.ts";

/** Which of the targets that a secret is limited to may be named to a caller. Looks each up once. */
export class VisibleTargets {
  readonly #stores: Pick<Stores, "workspaces">;
  readonly #access: Access;
  readonly #caller: Caller;
  readonly #known = new Map<string, Promise<boolean>>();

  constructor(stores: Pick<Stores, "workspaces">, access: Access, caller: Caller) {
    this.#stores = stores;
    this.#access = access;
    this.#caller = caller;
  }

  /** @param names resource names of projects and workspaces; `others` is how many of them may not be named */
  async among(names: readonly string[]): Promise<{ readonly visible: string[]; readonly others: number }> {
    const visible: string[] = [];
    for (const name of names) if (await this.#isVisible(name)) visible.push(name);
    return { visible, others: names.length - visible.length };
  }

  #isVisible(name: string): Promise<boolean> {
    const known = this.#known.get(name) ?? this.#look(name);
    this.#known.set(name, known);
    return known;
  }

  async #look(name: string): Promise<boolean> {
    const target = parseTarget(name);
    const workspace =
      target.level === "workspace"
        ? await this.#stores.workspaces.find(target.organization, target.id)
        : undefined;
    return maySee(this.#access, this.#caller, { target, owner: workspace?.owner });
  }
}
