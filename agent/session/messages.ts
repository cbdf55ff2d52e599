import type { ResolvedSecret, TargetState } from "../../common/bundle.ts";
import { SecretValue } from "../../common/secret-value.ts";
import { MAX_WORKLOAD_BYTES } from "../../common/workload/limits.ts";
import { fieldsOfMessage } from "../../common/workload/secret-field.ts";
import {
  type DeliveredKind,
  isDelivered,
  kindEntry,
  kindOfMessage,
} from "../../common/workload/secret-kind.ts";
import type { Bundle__Output } from "../../proto/gen/keyhold/v1/Bundle.ts";
import type { ResolvedSecret__Output } from "../../proto/gen/keyhold/v1/ResolvedSecret.ts";
import type { SubscribeResponse__Output } from "../../proto/gen/keyhold/v1/SubscribeResponse.ts";
import type { TargetState__Output } from "../../proto/gen/keyhold/v1/TargetState.ts";
import type { ServerMessage } from "./state.ts";

/** Reads a message of the control plane; undefined for a kind of message that this release does not know. */
export function readMessage(response: SubscribeResponse__Output): ServerMessage | undefined {
  if (response.snapshot) {
    const { revision, targets, projects } = response.snapshot;
    return { kind: "snapshot", revision, states: targets.map(readState), projects };
  }
  if (response.increment) {
    const { appliesTo, revision, targets, requests, projects } = response.increment;
    const states = targets.map(readState);
    const enrolled = projects ? { projects: projects.names } : {};
    return { kind: "increment", appliesTo, revision, states, requests, ...enrolled };
  }
  return undefined;
}

/**
 * What cannot be understood becomes a refusal. A secret of an unknown kind is left out and named, so that only the containers that
 * need it are refused their starts.
 */
export function readState(given: TargetState__Output): TargetState {
  const { target } = given;
  if (given.bundle) return readBundle(target, given.bundle);
  if (given.refusal) {
    return { kind: "refused", target, reason: given.refusal.reason, next: given.refusal.next };
  }
  return notUnderstood(target, "an answer that is neither a bundle nor a refusal");
}

function readBundle(target: string, given: Bundle__Output): TargetState {
  const size = given.secrets.reduce((sum, { value }) => sum + value.length, 0);
  if (size > MAX_WORKLOAD_BYTES) return tooLarge(target, size);
  const secrets: ResolvedSecret[] = [];
  const omitted = (given.omitted ?? []).map(({ id, kind }) => ({ id, kind: String(kind) }));
  for (const secret of given.secrets) {
    const kind = kindOfMessage(secret.kind);
    if (kind === undefined || !isDelivered(kind)) omitted.push({ id: secret.id, kind: String(secret.kind) });
    else secrets.push(readSecret(kind, secret));
  }
  const { revision, digest } = given;
  const left = omitted.length === 0 ? {} : { omitted };
  return { kind: "bundle", target, bundle: { target, revision, digest, secrets, ...left } };
}

function readSecret(kind: DeliveredKind, given: ResolvedSecret__Output): ResolvedSecret {
  const { id, secret, version, fingerprint } = given;
  const sent = fieldsOfMessage(given);
  const fields = Object.fromEntries(kindEntry(kind).fields.map((name) => [name, sent[name]]));
  return { id, secret, version, kind, fingerprint, value: SecretValue.of(given.value), ...fields };
}

function tooLarge(target: string, size: number): TargetState {
  return {
    kind: "refused",
    target,
    reason: `the values of ${target} have ${size} bytes, the limit is ${MAX_WORKLOAD_BYTES}`,
    next: "give it fewer or smaller secrets",
  };
}

function notUnderstood(target: string, what: string): TargetState {
  return {
    kind: "refused",
    target,
    reason: `the control plane sent ${what} for ${target}, which this agent does not know`,
    next: "update the agent on this node",
  };
}
