import { KeyholdError } from "../../../common/errors.ts";
import { parseChildName } from "../../../common/resource-name.ts";
import type { NodeServiceHandlers } from "../../../proto/gen/keyhold/v1/NodeService.ts";
import type { UpdateNodeRequest__Output } from "../../../proto/gen/keyhold/v1/UpdateNodeRequest.ts";
import type { EnrolledNode, NodeRecord } from "../../directory/records.ts";
import type { Database } from "../../stores/stores.ts";
import type { NodeConnections } from "../../stream/connections.ts";
import { organizationSubject } from "../edge/access.ts";
import type { Methods } from "../edge/call.ts";
import { maskedFields, organizationIn, pageOf, required, siblingIn, timestamp } from "../edge/fields.ts";
import { type JoinTokenServiceParts, joinTokenService, projectsIn } from "./join-tokens.ts";

type Uses = Pick<Database, "nodes" | "joinTokens" | "projects" | "transaction">;

export type Connections = Pick<NodeConnections, "of">;

export interface NodeServiceParts extends JoinTokenServiceParts {
  readonly database: Uses;
  readonly connections: Connections;
  /** Whether several agents with the identity of this node take its stream from each other. */
  readonly isContested: (uid: string) => boolean;
  /** Cuts the node's stream. */
  readonly cut: (node: EnrolledNode) => void;
}

export function nodeService(parts: NodeServiceParts): Methods<NodeServiceHandlers> {
  const { database, access, connections } = parts;
  return {
    ...joinTokenService(parts),

    async GetNode(request, call) {
      const at = parseChildName(required(request.name, "name"), "nodes");
      await access.require(call.caller, "node", "see", at);
      return messageOf(await database.nodes.get(at.organization, at.id), parts);
    },

    async ListNodes(request, call) {
      const organization = organizationIn(request.parent, "parent");
      await access.require(call.caller, "organization", "listNodes", organizationSubject(organization));
      const page = await database.nodes.list(organization, pageOf(request));
      const nodes = page.items.map((record) => messageOf(record, parts));
      return { nodes, nextPageToken: page.nextPageToken };
    },

    async UpdateNode(request, call) {
      const node = required(request.node, "node");
      const at = parseChildName(required(node.name, "node.name"), "nodes", "node.name");
      await access.require(call.caller, "node", "update", at);
      const { organization, id } = at;
      const wanted = await enrollmentIn(database, request, organization);
      const etag = node.etag === "" ? {} : { etag: node.etag };
      return messageOf(await database.nodes.enroll(organization, id, wanted, etag), parts);
    },

    async RevokeNode(request, call) {
      const at = parseChildName(required(request.name, "name"), "nodes");
      await access.require(call.caller, "node", "revoke", at);
      // Cutting it off forgets them, and whoever revokes wants to know what goes on running there.
      const present = await database.nodes.find(at.organization, at.id);
      const running = present === undefined ? {} : { containers: connections.of(present).containers };
      const revoked = await database.nodes.revoke(at.organization, at.id);
      parts.cut({ ...at, uid: revoked.uid });
      return { ...messageOf(revoked, parts), ...running };
    },
  };
}

/** What an update makes of the projects of now. */
async function enrollmentIn(
  database: Pick<Uses, "projects">,
  request: UpdateNodeRequest__Output,
  organization: string,
): Promise<(present: readonly string[]) => readonly string[]> {
  const given = request.node?.projects ?? [];
  const fields = maskedFields(request.updateMask, { projects: given.length > 0 });
  const replaced = fields.has("projects")
    ? await projectsIn(database, given, organization, "node.projects")
    : undefined;
  const added = await projectsIn(database, request.addProjects, organization, "add_projects");
  const removed = new Set(
    request.removeProjects.map((name) =>
      required(siblingIn(name, "projects", organization, "remove_projects"), "remove_projects"),
    ),
  );
  const both = added.find((name) => removed.has(name));
  if (both !== undefined) {
    throw new KeyholdError({
      code: "invalid",
      field: "remove_projects",
      message: `${both} is to be added and removed`,
      next: "name it once",
    });
  }
  return (present) => [...(replaced ?? present), ...added].filter((name) => !removed.has(name));
}

function messageOf(
  record: NodeRecord,
  { connections, isContested }: Pick<NodeServiceParts, "connections" | "isContested">,
) {
  const { connected, agentVersion, lastContact, containers } = connections.of(record);
  const { name, uid, etag } = record;
  return {
    name,
    uid,
    projects: [...record.projects],
    claimAny: record.claimAny,
    createTime: timestamp(record.createTime),
    certificateExpireTime: timestamp(record.certificateExpireTime),
    lastContactTime: timestamp(lastContact),
    ...{ connected, agentVersion, containers, contested: isContested(uid) },
    revokeTime: timestamp(record.revokeTime),
    etag,
  };
}
