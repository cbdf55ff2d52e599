import { createHmac } from "node:crypto";
import type { ResolvedSecret } from "../../../common/bundle.ts";
import { KeyholdError } from "../../../common/errors.ts";
import { shortName } from "../../../common/resource-name.ts";
import { isText, SecretValue } from "../../../common/secret-value.ts";
import type { VariablePart, VariablePlan } from "../../../common/workload/environment.ts";
import { applyFilters } from "../../../common/workload/filters.ts";
import { MAX_ENVIRONMENT_BYTES, MAX_VARIABLE_BYTES, variableBytes } from "../../../common/workload/limits.ts";
import type { RegistryEntry } from "../../../common/workload/registry.ts";
import type { Subject } from "../../../common/workload/workload.ts";
import type { PlannedVariable } from "./types.ts";

/*
 * The bytes of a plan. What is decided by names and fingerprints is decided in common/workload; what takes a look at values is
 * decided here.
 */

/**
 * The variables with their values.
 * @param salt of the container, for fingerprints of parts of a value; undefined: such a part counts as changed with its secret
 * @throws KeyholdError `invalid` for a value that no variable can hold, `exhausted` for one that is too large
 */
export function renderVariables(
  subject: Subject,
  plans: readonly VariablePlan<ResolvedSecret>[],
  salt: string | undefined,
): readonly PlannedVariable[] {
  const variables = plans.map((plan) => renderVariable(subject, plan, salt));
  checkSizes(subject, variables);
  return variables;
}

function renderVariable(
  subject: Subject,
  { name, parts, fingerprint }: VariablePlan<ResolvedSecret>,
  salt: string | undefined,
): PlannedVariable {
  const bytes = parts.map((part) => bytesOf(subject, name, part));
  const value = SecretValue.of(bytes.length === 1 ? (bytes[0] ?? "") : Buffer.concat(bytes));
  // A field of a JSON value may stay as it is when the secret changes.
  const takesPart = parts.some(
    (part) => "secret" in part && part.filters.some(({ kind }) => kind === "json"),
  );
  if (!takesPart || salt === undefined) return { name, value, fingerprint };
  return {
    name,
    value,
    fingerprint: `part(${createHmac("sha256", salt).update(value.bytes()).digest("hex")})`,
  };
}

function bytesOf(subject: Subject, name: string, part: VariablePart<ResolvedSecret>): Buffer {
  if ("text" in part) return Buffer.from(part.text);
  const { id, value } = part.secret;
  const secret = `secret ${id} of ${shortName(subject.target)}`;
  const where = `the ${secret} in the variable ${name} of container ${subject.container}`;
  const filtered = applyFilters(where, value, part.filters);
  if (isText(filtered)) return filtered.bytes();
  throw new KeyholdError({
    code: "invalid",
    message: `${secret} cannot be a variable of container ${subject.container}: it is not UTF-8 text without NUL`,
    next: "store it with --kind file",
  });
}

function checkSizes(subject: Subject, planned: readonly PlannedVariable[]): void {
  let total = 0;
  for (const { name, value } of planned) {
    const size = variableBytes(name, value.size);
    total += size;
    if (size <= MAX_VARIABLE_BYTES) continue;
    throw tooLarge(
      `the variable ${name} that ${shortName(subject.target)} gives container ${subject.container} has ${size} bytes with its name, more than the ${MAX_VARIABLE_BYTES} the kernel allows`,
      `store ${name} with --kind file`,
    );
  }
  if (total <= MAX_ENVIRONMENT_BYTES) return;
  throw tooLarge(
    `the ${planned.length} variables that ${shortName(subject.target)} gives container ${subject.container} have ${total} bytes, more than ${MAX_ENVIRONMENT_BYTES}`,
    "choose fewer with the label keyhold.secrets, or store the largest with --kind file",
  );
}

function tooLarge(message: string, next: string): KeyholdError {
  return new KeyholdError({ code: "exhausted", message, next });
}

/** What a registry's client takes for a token instead of a password, as the protocol of Docker's credential helpers has it. */
const IDENTITY_TOKEN = "<token>";

/** The `config.json` of a client for these registries, as Docker's command line writes it. */
export function renderRegistries(entries: readonly RegistryEntry<ResolvedSecret>[]): SecretValue {
  const auths = Object.fromEntries(entries.map((entry) => [entry.key, credentialOf(entry)]));
  return SecretValue.of(`${JSON.stringify({ auths }, undefined, 2)}\n`);
}

function credentialOf({ username, secret: { value } }: RegistryEntry<ResolvedSecret>) {
  if (username === IDENTITY_TOKEN)
    return { auth: Buffer.from(`${username}:`).toString("base64"), identitytoken: value.text() };
  const credential = Buffer.concat([Buffer.from(`${username}:`), value.bytes()]);
  return { auth: credential.toString("base64") };
}
