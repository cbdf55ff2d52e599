import {
  type DeliveredKind,
  isDelivered,
  kindMessage,
  kindOfMessage,
} from "../../common/workload/secret-kind.ts";
import type { TargetState } from "../../proto/gen/keyhold/v1/TargetState.ts";

/** What agents of release 0.1 know, which do not say it. */
const BEFORE_CAPABILITIES: readonly DeliveredKind[] = ["env", "file", "registry"];

/** The kinds of secrets that an agent can deliver, from its Hello. Kinds that this server does not know are of no use here. */
export function kindsInHello(messages: readonly string[]): ReadonlySet<string> {
  if (messages.length === 0) return new Set(BEFORE_CAPABILITIES.map(kindMessage));
  const kinds = messages.map(kindOfMessage).filter((kind) => kind !== undefined);
  return new Set(kinds.filter(isDelivered).map(kindMessage));
}

/** An answer without the secrets that the agent cannot deliver; they are named instead. */
export function withoutUnknownKinds(state: TargetState, kinds: ReadonlySet<string>): TargetState {
  const secrets = state.bundle?.secrets ?? [];
  const unknown = secrets.filter(({ kind }) => !kinds.has(String(kind)));
  if (state.bundle === undefined || state.bundle === null || unknown.length === 0) return state;
  const omitted = unknown.map(({ id = "", kind = "SECRET_KIND_UNSPECIFIED" }) => ({ id, kind }));
  return {
    ...state,
    bundle: { ...state.bundle, secrets: secrets.filter((each) => !unknown.includes(each)), omitted },
  };
}
