import { parseSecretName, parseTarget, type Target } from "../../../common/resource-name.ts";
import type { SecretServiceHandlers } from "../../../proto/gen/keyhold/v1/SecretService.ts";
import type { Caller } from "../../identity/principal.ts";
import type { Database } from "../../stores/stores.ts";
import type { Access } from "../edge/access.ts";
import type { Methods } from "../edge/call.ts";
import { required } from "../edge/fields.ts";
import { PrivateWords } from "../edge/private-words.ts";
import { type Connected, type Reported, reportedIn } from "./reported.ts";

type Listing = Pick<Methods<SecretServiceHandlers>, "ListWorkloadContainers">;

/** What runs for a workload, with what. */
export function workloadContainersService(
  database: Pick<Database, "receipts" | "nodes" | "secrets" | "workspaces">,
  access: Access,
  connections: Connected,
): Listing {
  return {
    async ListWorkloadContainers(request, call) {
      const target = parseTarget(required(request.target, "target"));
      await access.requireWorkload(call.caller, target, "explain");
      // The name of a target is no secret's: only the target counts.
      const only = { targets: [target.name], secret: target.name };
      const reported = await reportedIn(database, connections, target.organization, only);
      const mayKnow = await knowledgeOf(call.caller, target, access, reported);
      const words = new PrivateWords(database, access, call.caller);
      const containers = reported.map(async (each) => ({
        ...messageOf(each, mayKnow),
        problem: await words.without(each.container.problem, target.name),
      }));
      return { containers: await Promise.all(containers) };
    },
  };
}

/**
 * Who gets the values knows the names, others those that they could list. Those of a user's own secrets only that user: a container
 * may have been given them while the workspace, or its name, was somebody else's.
 * @returns whether a secret's name may be said
 */
async function knowledgeOf(
  caller: Caller,
  target: Target,
  access: Access,
  reported: readonly Reported[],
): Promise<(secret: string) => boolean> {
  const isOwn = await access.mayResolve(caller, target);
  const names = reported.flatMap(({ container }) => container.delivered.map(({ secret }) => secret));
  const scopes = new Map(
    names.map((name) => [parseSecretName(name).scope.name, parseSecretName(name).scope]),
  );
  const known = new Map<string, boolean>();
  for (const [name, scope] of scopes) {
    const isGiven = isOwn && scope.level !== "user";
    known.set(name, isGiven || (await access.maySecrets(caller, scope, "list")));
  }
  return (secret) => known.get(parseSecretName(secret).scope.name) === true;
}

function messageOf({ node, connected, container }: Reported, mayKnow: (secret: string) => boolean) {
  const { containerId, containerName, due, waitingUntil } = container;
  const delivered = container.delivered
    .filter(({ secret }) => mayKnow(secret))
    .map(({ secret, version }) => ({ secret, version }));
  const running = container.state === "RUNNING";
  return { node, containerId, containerName, running, connected, delivered, due, waitingUntil };
}
