import { createHash, createPublicKey, verify } from "node:crypto";
import { KeyholdError } from "../../../common/errors.ts";
import { STATEMENT_LIFE, statementBytes } from "../../../common/reenroll-statement.ts";
import { type ChildName, parseChildName } from "../../../common/resource-name.ts";
import type { AgentServiceHandlers } from "../../../proto/gen/keyhold/v1/AgentService.ts";
import type { NodeRecord } from "../../directory/records.ts";
import type { CertificateAuthority } from "../../identity/certificates/ca.ts";
import { publicKeyOfRequest } from "../../identity/certificates/certificate-request.ts";
import { issueNodeCertificate } from "../../identity/certificates/node-certificate.ts";
import type { Stores } from "../../stores/stores.ts";
import type { Methods } from "../edge/call.ts";
import { milliseconds, required, timestamp } from "../edge/fields.ts";

export interface ReenrollParts {
  readonly database: { readonly nodes: Pick<Stores["nodes"], "find" | "renew"> };
  readonly authority: Pick<CertificateAuthority, "issue" | "certificate">;
  readonly nodePort: () => number;
  readonly now?: () => number;
}

/** The part of AgentService on the API port for a node whose certificate has ended: its key says who it is. */
export function reenrollService(parts: ReenrollParts): Methods<AgentServiceHandlers> {
  const { database, authority } = parts;
  const now = parts.now ?? Date.now;
  const statements = new UsedStatements();
  return {
    async Reenroll(request) {
      const node = parseChildName(required(request.name, "name"), "nodes");
      const certificateRequest = required(request.certificateRequest, "certificate_request");
      const signTime = required(milliseconds(request.signTime), "sign_time");
      const statement = statementBytes({ name: node.name, signTime, certificateRequest });
      const record = await database.nodes.find(node.organization, node.id);
      if (!isSignedBy(record, statement, required(request.signature, "signature"))) throw notProved(node);
      // Who calls holds the key: it may be told more from here on.
      if (record.revokeTime !== undefined) throw revoked(node);
      checkTime(signTime, now());
      const key = publicKeyOfRequest(certificateRequest);
      if (!key.equals(createPublicKey(record.publicKey))) throw notProved(node);
      if (!statements.use(statement, now())) throw usedBefore();
      const enrolled = { ...node, uid: record.uid };
      const issued = issueNodeCertificate(authority, enrolled, key);
      await database.nodes.renew(enrolled, {
        certificateSerial: issued.serial,
        certificateExpireTime: issued.notAfter.getTime(),
      });
      return {
        certificate: issued.pem,
        caCertificate: authority.certificate,
        nodePort: parts.nodePort(),
        expireTime: timestamp(issued.notAfter.getTime()),
      };
    },
  };
}

/** Statements that were used, for as long as their time would let them pass again. Only nodes of this server get one in here. */
class UsedStatements {
  /** Hash -> when it is too old in any case. */
  readonly #used = new Map<string, number>();

  /** @returns false if it was used before */
  use(statement: Buffer, now: number): boolean {
    for (const [hash, until] of this.#used) if (until < now) this.#used.delete(hash);
    const hash = createHash("sha256").update(statement).digest("base64");
    if (this.#used.has(hash)) return false;
    // Its own time may be that far ahead of ours, and then stays good for as long again.
    this.#used.set(hash, now + 2 * STATEMENT_LIFE);
    return true;
  }
}

function isSignedBy(
  record: NodeRecord | undefined,
  statement: Buffer,
  signature: Uint8Array,
): record is NodeRecord {
  return record !== undefined && verify("sha256", statement, createPublicKey(record.publicKey), signature);
}

function checkTime(signTime: number, now: number): void {
  const apart = Math.abs(now - signTime);
  if (apart <= STATEMENT_LIFE) return;
  throw new KeyholdError({
    code: "unauthenticated",
    message: `the node's clock and the server's are ${Math.round(apart / 60_000)} minutes apart, 5 are allowed`,
    next: "set the clocks of both hosts; the agent goes on trying",
    // A clock that is set soon after the start of its host is no reason to turn its node away.
    retryable: true,
  });
}

/** The same for a node that never was: whether it exists is for who holds its key. */
function notProved({ id, organization }: ChildName): KeyholdError {
  return new KeyholdError({
    code: "unauthenticated",
    message: `there is no node ${id} in ${organization}, or it was enrolled with another key`,
    next: `join this host again with a token made by: keyhold node join-token ${organization} --name ${id}`,
  });
}

function revoked({ id, organization }: ChildName): KeyholdError {
  return new KeyholdError({
    code: "denied",
    message: `node ${id} of ${organization} is revoked`,
    next: `join this host again with a token made by: keyhold node join-token ${organization} --name ${id}`,
  });
}

function usedBefore(): KeyholdError {
  return new KeyholdError({
    code: "unauthenticated",
    message: "the statement was used before",
    next: "sign a new one for each call",
  });
}
