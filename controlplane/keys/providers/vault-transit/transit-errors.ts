import { KeyholdError, messageOf, systemCodeOf } from "../../../../common/errors.ts";
import type { TransitSettings } from "../../keyring-document.ts";
import type { HttpAnswer } from "./http-request.ts";

// Vault's and OpenBao's answers, translated once.

/** Answers that pass: rate limited, standby and replication states, sealed or starting, or a proxy before it. */
const PASSING = new Set([412, 429, 472, 473, 500, 502, 503, 504]);

/**
 * What a status other than 2xx means. A refusal is no `denied` and a missing key no `not-found`: those would reach whoever
 * asked for a secret, as if they were about that.
 */
export function transitFailure(settings: TransitSettings, doing: string, answer: HttpAnswer): KeyholdError {
  const { status } = answer;
  const said = saidBy(answer.text);
  const message = `cannot ${doing} with ${settings.mount}/${settings.key}: ${settings.address} says ${said ?? `HTTP ${status}`}`;
  const key = `${settings.mount}/keys/${settings.key}`;
  if (status === 403) {
    const next = `check that the token in ${settings.tokenFile} is valid, and that its policy allows read on ${key} and update on ${settings.mount}/encrypt/${settings.key} and ${settings.mount}/decrypt/${settings.key}`;
    return new KeyholdError({ code: "precondition", message, next });
  }
  if (status === 404 || (status === 400 && said?.includes("encryption key not found") === true)) {
    const next = `check --kms-mount and --kms-key; a new key is made with: vault write -f ${key}`;
    return new KeyholdError({ code: "precondition", message, next });
  }
  if (PASSING.has(status)) {
    const next = said?.includes("sealed") === true ? "unseal it, then try again" : "try again when it is up";
    return new KeyholdError({ code: "unavailable", message, next });
  }
  if (status === 400) {
    const next = `the data was altered, or ${key} is not the key it was wrapped with`;
    return new KeyholdError({ code: "invalid", message, next });
  }
  const next =
    "check the KMS address: it is the root of the active server, like https://vault.example.com:8200";
  return new KeyholdError({ code: "precondition", message, next });
}

/** What a connection that gave no answer means. */
export function unreachable(settings: TransitSettings, doing: string, thrown: unknown): KeyholdError {
  const beginning = `cannot ${doing} with ${settings.mount}/${settings.key}: ${settings.address}`;
  if (thrown instanceof Error && thrown.name === "TimeoutError") {
    return new KeyholdError({
      code: "timeout",
      message: `${beginning} did not answer in time`,
      next: "check that it is up and can be reached from here",
      cause: thrown,
    });
  }
  const code = systemCodeOf(thrown) ?? "";
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/.test(code)) {
    return new KeyholdError({
      code: "precondition",
      message: `${beginning} is not trusted: ${messageOf(thrown)}`,
      next: "give the CA that signed its certificate with --kms-ca-file, and an address that is in the certificate",
      cause: thrown,
    });
  }
  return new KeyholdError({
    code: "unavailable",
    message: `${beginning} cannot be reached: ${code === "" ? messageOf(thrown) : code}`,
    next: "check that it is up and can be reached from here",
    cause: thrown,
  });
}

/** Vault never quotes what it was sent; cut all the same, because a proxy may answer with a page. */
function saidBy(text: string): string | undefined {
  try {
    const { errors } = JSON.parse(text) as { errors?: unknown };
    if (!Array.isArray(errors) || errors.length === 0) return undefined;
    const said = errors.join("; ").replaceAll(/\s+/g, " ").trim();
    return said === "" ? undefined : JSON.stringify(said.slice(0, 200));
  } catch {
    return undefined;
  }
}
