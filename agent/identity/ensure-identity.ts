import { KeyholdError } from "../../common/errors.ts";
import type { Log } from "../../common/log.ts";
import { type EnrolOptions, enrol } from "./enrol.ts";
import { type AgentIdentity, isExpired, loadIdentity } from "./identity.ts";
import { writeSettings } from "./identity-files.ts";
import { keepRenewed } from "./keep-renewed.ts";
import { reenrol } from "./reenrol.ts";

export interface EnsureOptions extends Omit<EnrolOptions, "server" | "joinToken"> {
  /** `host:port` of the API port; needed to enrol, afterwards it replaces the one that was noted then. */
  readonly server: string | undefined;
  readonly joinToken: string | undefined;
  readonly log: Log;
  readonly now?: () => number;
  /** Milliseconds that the start waits for a new certificate in place of one that has expired. */
  readonly patience?: number;
}

/** Containers wait for the agent to be up, at boot: it can serve them without a certificate. */
const PATIENCE = 2_000;

/**
 * The identity an agent starts with: the one in its state directory, or a new one by join token. A token is not used up for an
 * identity that is good already. One that has expired gets a new certificate with its key; only if that is refused, a token is
 * used.
 * @returns an expired one if the control plane cannot be reached: {@link Renewer} goes on asking for a new certificate
 * @throws KeyholdError `precondition` if there is none and no token was given; else as {@link reenrol} and {@link enrol}
 */
export async function ensureIdentity(options: EnsureOptions): Promise<AgentIdentity> {
  const held = await loadIdentity(options.directory);
  if (held === undefined) return join(options);
  // The control plane may have moved; its CA says whether it is the same.
  const identity = options.server === undefined ? held : { ...held, server: options.server };
  if (isExpired(identity, (options.now ?? Date.now)())) return replaceExpired(identity, options);
  if (options.joinToken !== undefined) {
    options.log.info(
      { node: held.node, path: options.directory },
      "This host is enrolled already, the join token was not used",
    );
  }
  return identity;
}

async function replaceExpired(expired: AgentIdentity, options: EnsureOptions): Promise<AgentIdentity> {
  const { log, directory } = options;
  const fields = { node: expired.node, expired: new Date(expired.notAfter).toISOString() };
  try {
    const answer = await reenrol(expired, { ...options, timeout: options.patience ?? PATIENCE });
    const renewed = { ...(await keepRenewed(expired, directory, answer)), nodePort: answer.nodePort };
    if (answer.nodePort !== expired.nodePort) await writeSettings(directory, renewed);
    log.info(fields, "The node's certificate had expired, its key brought a new one");
    return renewed;
  } catch (thrown) {
    const refusal = KeyholdError.from(thrown, "the certificate cannot be replaced");
    // `exhausted`: too many others failed from this address lately. Retryable is also a clock that is wrong still.
    if (refusal.retryable || refusal.code === "exhausted") {
      const next = refusal.next ?? "";
      log.warn(
        { ...fields, reason: refusal.message, next },
        "The node's certificate has expired, starting without",
      );
      return expired;
    }
    if (options.joinToken === undefined) throw refusal;
    log.info(
      { ...fields, reason: refusal.message },
      "The expired identity was refused, the join token is used",
    );
    return join(options);
  }
}

async function join(options: EnsureOptions): Promise<AgentIdentity> {
  const { server, joinToken } = options;
  if (joinToken === undefined || server === undefined) {
    throw new KeyholdError({
      code: "precondition",
      message: `there is no identity in ${options.directory}, this host is not enrolled`,
      next: "make a join token (keyhold node join-token) and start the agent with --server and --join",
    });
  }
  const identity = await enrol({ ...options, server, joinToken });
  options.log.info(
    { node: identity.node, address: server, expires: new Date(identity.notAfter).toISOString() },
    "This host is enrolled",
  );
  return identity;
}
