import { createPublicKey, type KeyObject, randomUUID, timingSafeEqual } from "node:crypto";
import { KeyholdError } from "../../../common/errors.ts";
import { parseJoinToken } from "../../../common/join-token.ts";
import { childName, shortName } from "../../../common/resource-name.ts";
import type { AgentServiceHandlers } from "../../../proto/gen/keyhold/v1/AgentService.ts";
import type { JoinTokenRecord, NodeRecord } from "../../directory/records.ts";
import type { CertificateAuthority, IssuedCertificate } from "../../identity/certificates/ca.ts";
import { publicKeyOfRequest } from "../../identity/certificates/certificate-request.ts";
import { issueNodeCertificate } from "../../identity/certificates/node-certificate.ts";
import { SERVER_OWNER } from "../../identity/principal.ts";
import { decide } from "../../identity/roles.ts";
import { hashToken } from "../../identity/token.ts";
import type { Database, Stores } from "../../stores/stores.ts";
import type { Methods } from "../edge/call.ts";
import { required, timestamp } from "../edge/fields.ts";

export interface EnrollParts {
  readonly database: Pick<Database, "transaction"> & {
    readonly joinTokens: Pick<Database["joinTokens"], "requireKnown">;
  };
  readonly authority: Pick<CertificateAuthority, "issue" | "certificate" | "hash">;
  /** The port agents reach AgentService at; known once it is bound. */
  readonly nodePort: () => number;
}

/** The part of AgentService on the API port: a host becomes a node. */
export function enrollService(parts: EnrollParts): Methods<AgentServiceHandlers> {
  const { database, authority } = parts;
  return {
    async Enroll(request) {
      const token = parseJoinToken(required(request.joinToken, "join_token"));
      if (!timingSafeEqual(token.caHash, authority.hash())) throw foreignToken();
      const hash = hashToken(token.random);
      // A read, before anything that takes time: whoever knows the CA's hash could keep the server busy with requests.
      await database.joinTokens.requireKnown(hash);
      // Before the token is used: a request that cannot be signed leaves it as it is.
      const key = publicKeyOfRequest(required(request.certificateRequest, "certificate_request"));
      // One transaction: the token is used if and only if the node exists afterwards.
      return database.transaction(async (stores) => {
        const join = await stores.joinTokens.redeem(hash);
        await requireRight(stores, join);
        const name = childName(join.organization, "nodes", await nodeId(stores, join, request.hostName));
        const node = { ...name, uid: randomUUID() };
        const issued = issueNodeCertificate(authority, node, key);
        await stores.nodes.create({
          organization: node.organization,
          id: node.id,
          uid: node.uid,
          projects: join.projects,
          claimAny: join.claimAny,
          by: join.creator,
          publicKey: key.export({ type: "spki", format: "pem" }).toString(),
          ...stored(issued),
        });
        await stores.quotas.require(node.organization, "nodes");
        return { node: node.name, nodePort: parts.nodePort(), ...answer(issued, authority.certificate) };
      });
    },
  };
}

/** A join token is worth no more than the right of its maker is now. */
async function requireRight(
  { members }: Pick<Stores, "members">,
  { organization, creator }: JoinTokenRecord,
): Promise<void> {
  if (creator === SERVER_OWNER) return;
  const role = await members.organizationRole(organization, creator);
  if (decide("organization", "joinNode", { organization: role }) === "allowed") return;
  throw new KeyholdError({
    code: "unauthenticated",
    message: `the join token is void: ${shortName(creator)}, who made it, may not let nodes join ${organization} any more`,
    next: `ask an admin for a new one: keyhold node join-token ${organization}`,
  });
}

/** The part of AgentService on the node port that is one question and one answer. */
export function renewService(parts: {
  readonly database: Pick<Database, "nodes">;
  readonly authority: Pick<CertificateAuthority, "issue" | "certificate">;
}): Methods<AgentServiceHandlers> {
  const { database, authority } = parts;
  return {
    async Renew(request, call) {
      if (call.caller.kind !== "node")
        throw new KeyholdError({ code: "denied", message: "only nodes renew" });
      const { node } = call.caller;
      const key = publicKeyOfRequest(required(request.certificateRequest, "certificate_request"));
      requireKey(await database.nodes.get(node.organization, node.id), key);
      const issued = issueNodeCertificate(authority, node, key);
      await database.nodes.renew(node, stored(issued));
      return answer(issued, authority.certificate);
    },
  };
}

/** The name the token gives, else the host's, made to fit and with a number behind it where it is taken. */
async function nodeId(
  stores: Pick<Stores, "nodes">,
  join: JoinTokenRecord,
  hostName: string,
): Promise<string> {
  if (join.nodeId !== undefined) return join.nodeId;
  return stores.nodes.freeId(join.organization, idFromHostName(hostName));
}

/** `Build_Box.Example.ORG` -> `build_box.example.org`; what cannot be in an id becomes `-`. */
export function idFromHostName(hostName: string): string {
  const id = hostName
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[^a-z0-9]+/, "")
    .slice(0, 63)
    .replace(/[^a-z0-9]+$/, "");
  return id === "" ? "node" : id;
}

function stored(issued: IssuedCertificate) {
  return { certificateSerial: issued.serial, certificateExpireTime: issued.notAfter.getTime() };
}

/** A node has one key from its enrollment to its end: who holds a certificate of it cannot make another key the node's. */
function requireKey({ id, organization, publicKey }: NodeRecord, key: KeyObject): void {
  if (key.equals(createPublicKey(publicKey))) return;
  throw new KeyholdError({
    code: "invalid",
    field: "certificate_request",
    message: `the certificate request is for another key than node ${id} was enrolled with`,
    next: `a new key needs a join token: keyhold node revoke ${organization}/${id}, then keyhold node join-token ${organization} --name ${id}`,
  });
}

function answer(issued: IssuedCertificate, caCertificate: string) {
  return { certificate: issued.pem, caCertificate, expireTime: timestamp(issued.notAfter.getTime()) };
}

function foreignToken(): KeyholdError {
  return new KeyholdError({
    code: "unauthenticated",
    message: "the join token was made by another server",
    next: "check --server, or make a token here with: keyhold node join-token ORGANIZATION",
  });
}
