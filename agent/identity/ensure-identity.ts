import { KeyholdError } from "../../common/errors.ts";
import type { Log } from "../../common/log.ts";
import { type EnrolOptions, enrol } from "./enrol.ts";
import { type AgentIdentity, checkNotExpired, isExpired, loadIdentity } from "./identity.ts";

export interface EnsureOptions extends Omit<EnrolOptions, "server" | "joinToken"> {
  /** `host:port` of the API port; needed to enrol, afterwards it replaces the one that was noted then. */
  readonly server: string | undefined;
  readonly joinToken: string | undefined;
  readonly log: Log;
  readonly now?: () => number;
}

/**
 * The identity an agent starts with: the one in its state directory, or a new one by join token. A token is not used up for an
 * identity that is good already; one that has expired is replaced.
 * @throws KeyholdError `precondition` if there is none, or it expired, and no token was given; else as {@link enrol}
 */
export async function ensureIdentity(options: EnsureOptions): Promise<AgentIdentity> {
  const now = (options.now ?? Date.now)();
  const held = await loadIdentity(options.directory);
  if (held === undefined) return join(options);
  if (options.joinToken === undefined) checkNotExpired(held, now);
  if (isExpired(held, now)) return join(options);
  if (options.joinToken !== undefined) {
    options.log.info(
      { node: held.node, path: options.directory },
      "This host is enrolled already, the join token was not used",
    );
  }
  // The control plane may have moved; its CA says whether it is the same.
  return options.server === undefined ? held : { ...held, server: options.server };
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
