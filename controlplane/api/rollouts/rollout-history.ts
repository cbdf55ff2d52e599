import { parseChildName, parseSecretName } from "../../../common/resource-name.ts";
import type { RolloutServiceHandlers } from "../../../proto/gen/keyhold/v1/RolloutService.ts";
import type { Caller } from "../../identity/principal.ts";
import type { RolloutRecord } from "../../rollout/records/rollout-records.ts";
import type { Database } from "../../stores/stores.ts";
import { type Access, notFound, organizationSubject } from "../edge/access.ts";
import type { Methods } from "../edge/call.ts";
import { organizationIn, pageOf, required, timestamp } from "../edge/fields.ts";
import { PrivateWords } from "../edge/private-words.ts";
import { maySeeNamed } from "../edge/visible.ts";

type Uses = Pick<Database, "rollouts" | "secrets" | "workspaces" | "projects">;
type History = Pick<Methods<RolloutServiceHandlers>, "ListRollouts" | "GetRollout">;

/** How changes came along: each for whoever may list its secret. */
export function rolloutHistory(database: Uses, access: Access): History {
  return {
    async ListRollouts(request, call) {
      const organization = organizationIn(request.parent, "parent");
      await access.require(call.caller, "organization", "see", organizationSubject(organization));
      const reader = new Reader(database, access, call.caller);
      let { pageSize, pageToken } = pageOf(request);
      // A page of which the caller may see nothing would look like the end.
      for (;;) {
        const page = await database.rollouts.list(organization, { pageSize, pageToken });
        const rollouts = await reader.messages(page.items);
        if (rollouts.length > 0 || page.nextPageToken === "")
          return { rollouts, nextPageToken: page.nextPageToken };
        pageToken = page.nextPageToken;
      }
    },

    async GetRollout(request, call) {
      const { organization, id, name } = parseChildName(required(request.name, "name"), "rollouts");
      await access.require(call.caller, "organization", "see", { organization, name });
      const found = await database.rollouts.find(organization, id);
      const [message] = await new Reader(database, access, call.caller).messages(found ? [found] : []);
      // What there is of somebody else's is not told either.
      if (message === undefined) throw notFound(name);
      return message;
    },
  };
}

/** What one caller may read; each right is looked up once. */
class Reader {
  readonly #database: Uses;
  readonly #access: Access;
  readonly #caller: Caller;
  readonly #words: PrivateWords;
  readonly #rights = new Map<string, boolean>();

  constructor(database: Uses, access: Access, caller: Caller) {
    this.#database = database;
    this.#access = access;
    this.#caller = caller;
    this.#words = new PrivateWords(database, access, caller);
  }

  async messages(rollouts: readonly RolloutRecord[]) {
    const messages: object[] = [];
    for (const rollout of rollouts) {
      if (!(await this.#mayList(rollout.secret))) continue;
      const { problem, problemTarget } = rollout;
      const isTold = problem === "" || problemTarget === "" || (await this.#maySee(problemTarget));
      const told = isTold ? await this.#words.without(problem, problemTarget) : HIDDEN;
      messages.push(messageOf(rollout, told));
    }
    return messages;
  }

  #mayList(secret: string): Promise<boolean> {
    const { scope } = parseSecretName(secret);
    return this.#known(scope.name, () => this.#access.maySecrets(this.#caller, scope, "list"));
  }

  #maySee(name: string): Promise<boolean> {
    return this.#known(`${name} itself`, () => maySeeNamed(this.#database, this.#access, this.#caller, name));
  }

  async #known(key: string, look: () => Promise<boolean>): Promise<boolean> {
    const right = this.#rights.get(key) ?? (await look());
    this.#rights.set(key, right);
    return right;
  }
}

/** The problem names a container and what it says. */
export const HIDDEN =
  "A container of a workspace that is not visible to you is in the way: ask its owner or an administrator.";

function messageOf(rollout: RolloutRecord, problem: string) {
  const { name, secret, version, state, creator, total, done, createTime, endTime } = rollout;
  return {
    ...{ name, secret, version, state, creator, problem },
    ...{ createTime: timestamp(createTime), endTime: timestamp(endTime) },
    ...{ containersTotal: total, containersDone: done },
    rollbackOnFailure: rollout.writeBack !== "none",
  };
}
