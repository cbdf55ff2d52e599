import type { PeerCertificate } from "node:tls";
import { KeyholdError } from "../../common/errors.ts";
import type { NodeRecord, TokenRecord } from "../directory/records.ts";
import type { Stores } from "../stores/stores.ts";
import { type NodeIdentity, nodeIdentityOf } from "./node-certificate.ts";
import { type Caller, SERVER_OWNER } from "./principal.ts";
import { checkToken, parseToken } from "./token.ts";

/** Certificates are backdated by a minute, times in them are whole seconds, and the node is stored after it is signed. */
const CERTIFICATE_SLACK = 65_000;

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
    readonly nodes: Pick<Stores["nodes"], "find">;
  };
  readonly #now: () => number;

  constructor(
    stores: {
      readonly tokens: Pick<Stores["tokens"], "findByHash" | "touch">;
      readonly nodes: Pick<Stores["nodes"], "find">;
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
    return callerOf(token);
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
    checkNode(record, identity, Date.parse(certificate.valid_from));
    return { kind: "node", principal: name, organization, node: identity.node };
  }
}

/**
 * A certificate older than the node belongs to a revoked node that had the same name before. An older certificate of the same
 * node is good until it ends: the answer to a Renew may have been lost.
 */
function checkNode(record: NodeRecord | undefined, identity: NodeIdentity, validFrom: number): void {
  const { organization, id } = identity.node;
  const next = `join again with a token made by: keyhold node join-token ${organization} --name ${id}`;
  if (record === undefined) {
    throw new KeyholdError({
      code: "unauthenticated",
      message: `node ${id} is unknown to this server`,
      next,
    });
  }
  const isNewest = record.certificateSerial.toLowerCase().replace(/^0+/, "") === identity.serial;
  if (!isNewest && validFrom + CERTIFICATE_SLACK < record.createTime) {
    const message = `the certificate is of an earlier node ${id}, which is revoked`;
    throw new KeyholdError({ code: "unauthenticated", message, next });
  }
  if (record.revokeTime !== undefined) {
    throw new KeyholdError({ code: "denied", message: `node ${id} of ${organization} is revoked`, next });
  }
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

function callerOf(record: TokenRecord): Caller {
  const { name, scopes, principal, organization } = record;
  const token = { name, scopes };
  if (organization === undefined) return { kind: "server-owner", principal: SERVER_OWNER, token };
  const kind = principal.includes("/serviceAccounts/") ? "service-account" : "user";
  return { kind, principal, organization, token };
}
