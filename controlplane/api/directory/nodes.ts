import { randomBytes } from "node:crypto";
import { KeyholdError } from "../../../common/errors.ts";
import { formatJoinToken } from "../../../common/join-token.ts";
import { checkId, parseChildName } from "../../../common/resource-name.ts";
import type { NodeServiceHandlers } from "../../../proto/gen/keyhold/v1/NodeService.ts";
import type { EnrolledNode, NodeRecord } from "../../directory/records.ts";
import { hashToken } from "../../identity/token.ts";
import type { Database } from "../../stores/stores.ts";
import type { NodeConnections } from "../../stream/connections.ts";
import { type Access, organizationSubject } from "../edge/access.ts";
import type { Methods } from "../edge/call.ts";
import { milliseconds, organizationIn, pageOf, required, siblingIn, timestamp } from "../edge/fields.ts";

const SECOND = 1000;
const TTL = { shortest: 10 * SECOND, usual: 600 * SECOND, longest: 24 * 3600 * SECOND };

type Uses = Pick<Database, "nodes" | "joinTokens" | "projects">;

export type Connections = Pick<NodeConnections, "of">;

export interface NodeServiceParts {
  readonly database: Uses;
  readonly access: Access;
  readonly connections: Connections;
  /** SHA-256 of the CA, for join tokens. */
  readonly caHash: Buffer;
  /** Cuts the node's stream. */
  readonly cut: (node: EnrolledNode) => void;
  readonly now?: () => number;
}

export function nodeService(parts: NodeServiceParts): Methods<NodeServiceHandlers> {
  const { database, access, connections } = parts;
  const now = parts.now ?? Date.now;
  return {
    async CreateJoinToken(request, call) {
      const organization = organizationIn(request.parent, "parent");
      await access.require(call.caller, "organization", "joinNode", organizationSubject(organization));
      const random = randomBytes(32);
      const expireTime = now() + ttlIn(milliseconds(request.ttl));
      await database.joinTokens.create({
        organization,
        nodeId: request.nodeId === "" ? undefined : checkId(request.nodeId, "node_id"),
        projects: await projectsIn(database, request.projects, organization),
        expireTime,
        hash: hashToken(random),
        by: call.caller.principal,
      });
      const joinToken = formatJoinToken({ random, caHash: parts.caHash });
      return { joinToken, expireTime: timestamp(expireTime) };
    },

    async GetNode(request, call) {
      const at = parseChildName(required(request.name, "name"), "nodes");
      await access.require(call.caller, "node", "see", at);
      return messageOf(await database.nodes.get(at.organization, at.id), connections);
    },

    async ListNodes(request, call) {
      const organization = organizationIn(request.parent, "parent");
      await access.require(call.caller, "organization", "listNodes", organizationSubject(organization));
      const page = await database.nodes.list(organization, pageOf(request));
      const nodes = page.items.map((record) => messageOf(record, connections));
      return { nodes, nextPageToken: page.nextPageToken };
    },

    async RevokeNode(request, call) {
      const at = parseChildName(required(request.name, "name"), "nodes");
      await access.require(call.caller, "node", "revoke", at);
      // Cutting it off forgets them, and whoever revokes wants to know what goes on running there.
      const present = await database.nodes.find(at.organization, at.id);
      const running = present === undefined ? {} : { containers: connections.of(present).containers };
      const revoked = await database.nodes.revoke(at.organization, at.id);
      parts.cut({ ...at, uid: revoked.uid });
      return { ...messageOf(revoked, connections), ...running };
    },
  };
}

function ttlIn(ttl: number | undefined): number {
  if (ttl === undefined) return TTL.usual;
  if (ttl >= TTL.shortest && ttl <= TTL.longest) return ttl;
  throw new KeyholdError({
    code: "invalid",
    field: "ttl",
    message: `ttl is ${ttl / SECOND} s, it has to be between 10 s and 24 h`,
  });
}

async function projectsIn(
  database: Pick<Uses, "projects">,
  names: readonly string[],
  organization: string,
): Promise<string[]> {
  const projects = new Set<string>();
  for (const given of names) {
    const name = required(siblingIn(given, "projects", organization, "projects"), "projects");
    await database.projects.get(organization, name.split("/").at(-1) ?? "");
    projects.add(name);
  }
  return [...projects];
}

function messageOf(record: NodeRecord, connections: Connections) {
  const { connected, agentVersion, lastContact, containers } = connections.of(record);
  const { name, uid, etag } = record;
  return {
    name,
    uid,
    projects: [...record.projects],
    createTime: timestamp(record.createTime),
    certificateExpireTime: timestamp(record.certificateExpireTime),
    lastContactTime: timestamp(lastContact),
    ...{ connected, agentVersion, containers },
    revokeTime: timestamp(record.revokeTime),
    etag,
  };
}
