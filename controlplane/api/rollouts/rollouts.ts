import { parseSecretName, type SecretName } from "../../../common/resource-name.ts";
import type { RolloutServiceHandlers } from "../../../proto/gen/keyhold/v1/RolloutService.ts";
import type { Database } from "../../stores/stores.ts";
import { type Access, notFound } from "../edge/access.ts";
import type { Methods } from "../edge/call.ts";
import { required } from "../edge/fields.ts";
import type { Connected } from "../secrets/reported.ts";
import { containerMessages, newestVersion, type RolloutReading, readRollout } from "./rollout-status.ts";

export interface RolloutParts {
  readonly database: Pick<Database, "snapshot" | "secrets" | "workspaces" | "projects">;
  readonly access: Access;
  readonly connections: Connected;
}

/** Who has which version. Waiting for it is a stream: see rollout-wait.ts. */
export function rolloutService({ database, access, connections }: RolloutParts) {
  const methods: Pick<Methods<RolloutServiceHandlers>, "GetRolloutStatus"> = {
    async GetRolloutStatus(request, call) {
      const name = secretIn(request);
      await access.requireSecrets(call.caller, name.scope, "list", name.name);
      const reading = await readRollout(database, connections, name);
      requireSecret(reading);
      const placings = reading.placings.filter(({ standing }) => standing.concerned);
      const affected = placings.filter(({ standing }) => standing.affected);
      return {
        secret: name.name,
        version: newestVersion(reading.asked),
        containers: await containerMessages(placings, { database, access, caller: call.caller }),
        affected: affected.length,
        delivered: affected.filter(({ standing }) => standing.state === "CURRENT").length,
      };
    },
  };
  return methods;
}

export function secretIn(request: { readonly secret: string }): SecretName {
  return parseSecretName(required(request.secret, "secret"), "secret");
}

/**
 * One that is purged is there as long as a container has it.
 * @throws KeyholdError `not-found`
 */
export function requireSecret({ asked, placings }: RolloutReading): void {
  if (asked.record === undefined && !placings.some(({ standing }) => standing.concerned))
    throw notFound(asked.name.name);
}
