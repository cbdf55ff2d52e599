import { KeyholdError } from "../../common/errors.ts";
import type { Log } from "../../common/log.ts";
import { type EnrolOptions, enrol } from "./enrol.ts";
import { type AgentIdentity, isExpired, loadIdentity } from "./identity.ts";
import { writeSettings } from "./identity-files.ts";
import { keepRenewed } from "./keep-renewed.ts";
import { learnNodePorts } from "./node-addresses.ts";
import { reenrol } from "./reenrol.ts";

export interface EnsureOptions extends Omit<EnrolOptions, "server" | "joinToken"> {
  /** `host:port[,host:port…]` of the API port; needed to enroll, afterwards it replaces what was noted then. */
  readonly server: string | undefined;
  readonly joinToken: string | undefined;
  /** Called once the join token was used: this host is another node than before. */
  readonly joined?: () => Promise<void>;
  readonly log: Log;
  readonly now?: () => number;
  /** Milliseconds that the start waits for a new certificate in place of one that has expired. */
  readonly patience?: number;
}

/** Containers wait for the agent to be up, at boot: it can serve them without a certificate. */
const PATIENCE = 2_000;

/**
 * The identity an agent starts with: the one in its state directory, or a new one by join token. A token is used where there is no
 * identity, or where the control plane refuses it: the node was revoked. For an identity that is good it is left alone. One that has
 * expired gets a new certificate with its key.
 * @returns an expired one if the control plane cannot be reached: {@link Renewer} goes on asking for a new certificate
 * @throws KeyholdError `precondition` if there is none and no token was given; else as {@link reenrol} and {@link enrol}
 */
export async function ensureIdentity(options: EnsureOptions): Promise<AgentIdentity> {
  const held = await loadIdentity(options.directory);
  if (held === undefined) return join(options);
  const isMoved = options.server !== undefined && options.server !== held.server;
  // The control plane may have moved; its CA says whether it is the same.
  const identity = isMoved ? { ...held, server: options.server } : held;
  if (isExpired(identity, (options.now ?? Date.now)())) return replaceExpired(identity, options);
  if (!isMoved && options.joinToken === undefined) return identity;
  const timeout = options.patience ?? PATIENCE;
  const learned = await learnNodePorts(identity, { ...options, timeout });
  if (isMoved) await move(held, learned.identity, options);
  if (options.joinToken === undefined) return learned.identity;
  if (learned.refusal !== undefined) {
    const fields = { node: held.node, reason: learned.refusal.message };
    options.log.info(fields, "The node is refused, the join token is used");
    return join(options);
  }
  options.log.warn(
    {
      node: held.node,
      path: options.directory,
      next: "use the token for another host, or revoke it: keyhold node join-token revoke",
    },
    "This host is enrolled already, the join token was not used",
  );
  return learned.identity;
}

async function move(before: AgentIdentity, identity: AgentIdentity, options: EnsureOptions): Promise<void> {
  await writeSettings(options.directory, identity);
  options.log.info(
    { node: identity.node, address: identity.server, reason: `they were ${before.server}` },
    "The addresses of the control plane are changed",
  );
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
      next: "make a join token (keyhold node join-token) and start the agent with --server and --join-file",
    });
  }
  const joined = await enrol({ ...options, server, joinToken });
  await options.joined?.();
  const identity = server.includes(",") ? await withAllPorts(joined, options) : joined;
  options.log.info(
    { node: identity.node, address: server, expires: new Date(identity.notAfter).toISOString() },
    "This host is enrolled",
  );
  return identity;
}

/** Of several servers only the one that enrolled the host has said where its node port is. */
async function withAllPorts(joined: AgentIdentity, options: EnsureOptions): Promise<AgentIdentity> {
  const timeout = options.patience ?? PATIENCE;
  const { identity } = await learnNodePorts(joined, { ...options, timeout });
  if (identity.nodePorts !== undefined || identity.nodePort !== joined.nodePort) {
    await writeSettings(options.directory, identity);
  }
  return identity;
}
