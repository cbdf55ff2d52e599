import { PRIVATE_NAME } from "../../../common/private-names.ts";
import { parseScope, parseTarget } from "../../../common/resource-name.ts";
import type { Caller } from "../../identity/principal.ts";
import type { Stores } from "../../stores/stores.ts";
import type { Access } from "./access.ts";

type Reads = Pick<Stores, "secrets" | "workspaces">;

/** What stands in place of a text about a workspace that is deleted: which names were private cannot be told any more. */
const OF_DELETED = "(shown only to the owner of the workspace, which is deleted)";

/**
 * Takes names of users' and workspaces' secrets out of texts about containers (problems, reasons), for everyone but the owner of the
 * container's workspace. Looks the names of each workspace up once.
 */
export class PrivateWords {
  readonly #stores: Reads;
  readonly #access: Pick<Access, "mayResolve">;
  readonly #caller: Caller;
  /** By resource name of the workspace. Undefined: the caller reads everything. */
  readonly #hidden = new Map<string, Promise<ReadonlySet<string> | "deleted" | undefined>>();

  constructor(stores: Reads, access: Pick<Access, "mayResolve">, caller: Caller) {
    this.#stores = stores;
    this.#access = access;
    this.#caller = caller;
  }

  /** @param target resource name of the workspace or project whose container the text is about */
  async without(text: string, target: string): Promise<string> {
    if (text === "" || target === "" || parseTarget(target).level === "project") return text;
    const found = this.#hidden.get(target) ?? this.#hiddenIn(target);
    this.#hidden.set(target, found);
    const hidden = await found;
    if (hidden === "deleted") return OF_DELETED;
    return hidden === undefined ? text : withoutWords(text, hidden);
  }

  async #hiddenIn(name: string): Promise<ReadonlySet<string> | "deleted" | undefined> {
    const target = parseTarget(name);
    if (await this.#access.mayResolve(this.#caller, target)) return undefined;
    const workspace = await this.#stores.workspaces.find(target.organization, target.id);
    if (workspace === undefined) return "deleted";
    const secrets = await this.#stores.secrets.candidates([target, parseScope(workspace.owner)]);
    return new Set(secrets.map(({ id }) => id));
  }
}

/** Names of secrets, as whole words; a sentence may go on with a full stop. */
export function withoutWords(text: string, hidden: ReadonlySet<string>): string {
  return text.replace(/[A-Za-z_][A-Za-z0-9_.-]*/g, (word) => {
    const name = word.replace(/[.-]+$/, "");
    if (hidden.has(word)) return PRIVATE_NAME;
    return hidden.has(name) ? `${PRIVATE_NAME}${word.slice(name.length)}` : word;
  });
}
