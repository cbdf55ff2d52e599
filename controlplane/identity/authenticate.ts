import type { PeerCertificate } from "node:tls";
import { KeyholdError } from "../../common/errors.ts";
import type { NodeRecord } from "../directory/records.ts";
import type { Stores } from "../stores/stores.ts";
import { type NodeIdentity, nodeIdentityOf, publicKeyOf } from "./certificates/node-certificate.ts";
import { type Caller, callerNamed } from "./principal.ts";
import { checkToken, parseToken } from "./token.ts";

/** What a caller shows: a token in a header, or the certificate that TLS has verified. */
export interface Credentials {
  /** The header, `Bearer kh_…`. */
  readonly authorization: string | undefined;
  readonly certificate: PeerCertificate | undefined;
}

/** Says who calls. Asks the store each time, so a revoked token or node is shut out at its next call. */
export class Authenticator {
  readonly #stores: {
    readonly tokens: Pick<Stores["tokens"], "findByHash" | "touch">;
    readonly nodes: Pick<Stores["nodes"], "find" | "requireUid">;
  };
  readonly #now: () => number;

  constructor(
    stores: {
      readonly tokens: Pick<Stores["tokens"], "findByHash" | "touch">;
      readonly nodes: Pick<Stores["nodes"], "find" | "requireUid">;
    },
    now: () => number = Date.now,
  ) {
    this.#stores = stores;
    this.#now = now;
  }

  /** @throws KeyholdError `unauthenticated` that says why; `denied` for a revoked node */
  async authenticate(credentials: Credentials): Promise<Caller> {
    if (credentials.certificate !== undefined) return this.#node(credentials.certificate);
    const hash = parseToken(bearerOf(credentials.authorization));
    const token = checkToken(await this.#stores.tokens.findByHash(hash), this.#now());
    await this.#stores.tokens.touch(token.id);
    const { principal, name, scopes } = token;
    return callerNamed(principal, { name, scopes });
  }

  /** For a call that is under way: a token that was revoked meanwhile is given no answer. */
  async confirm({ authorization, certificate }: Credentials): Promise<void> {
    // A node whose certificate is revoked is cut off, see AgentSessions.
    if (certificate !== undefined || authorization === undefined) return;
    const hash = parseToken(bearerOf(authorization));
    checkToken(await this.#stores.tokens.findByHash(hash), this.#now());
  }

  async #node(certificate: PeerCertificate): Promise<Caller> {
    const identity = nodeIdentityOf(certificate);
    const { organization, id, name } = identity.node;
    const record = await this.#stores.nodes.find(organization, id);
    const node = { ...identity.node, uid: checkNode(record, identity, certificate) };
    // It has got a certificate with its uid: from now on none without counts.
    if (record?.requiresUid === false && identity.uid !== undefined)
      await this.#stores.nodes.requireUid(node);
    return { kind: "node", principal: name, organization, node };
  }
}

/**
 * Whether the certificate is one of the node that has the name now. An older certificate of the same node is good until it ends: the
 * answer to a Renew may have been lost. A certificate without a uid was issued by an earlier release: it counts for a node that was
 * enrolled by that release, has not shown a newer certificate yet, and has the key that the certificate is for.
 * @returns the node's uid
 */
function checkNode(
  record: NodeRecord | undefined,
  identity: NodeIdentity,
  certificate: Pick<PeerCertificate, "raw">,
): string {
  const { organization, id } = identity.node;
  const next = `join again with a token made by: keyhold node join-token ${organization} --name ${id}`;
  if (record === undefined) {
    throw new KeyholdError({
      code: "unauthenticated",
      message: `node ${id} is unknown to this server`,
      next,
    });
  }
  const isOfNode =
    identity.uid === undefined
      ? !record.requiresUid && publicKeyOf(certificate) === record.publicKey
      : identity.uid === record.uid;
  if (!isOfNode) {
    const message = `the certificate is of an earlier node ${id}, which is revoked`;
    throw new KeyholdError({ code: "unauthenticated", message, next });
  }
  if (record.revokeTime !== undefined) {
    throw new KeyholdError({ code: "denied", message: `node ${id} of ${organization} is revoked`, next });
  }
  return record.uid;
}

function bearerOf(header: string | undefined): string {
  const [, token] = /^Bearer +(\S+)$/i.exec(header?.trim() ?? "") ?? [];
  if (token !== undefined) return token;
  throw new KeyholdError({
    code: "unauthenticated",
    message: header === undefined ? "nobody is signed in" : "the authorization header is not `Bearer kh_…`",
    next: "sign in with: keyhold login, or set KEYHOLD_TOKEN",
  });
}
