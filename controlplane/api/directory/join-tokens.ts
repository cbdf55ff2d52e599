import { randomBytes } from "node:crypto";
import { KeyholdError } from "../../../common/errors.ts";
import { formatJoinToken } from "../../../common/join-token.ts";
import { checkId, parseChildName } from "../../../common/resource-name.ts";
import type { NodeServiceHandlers } from "../../../proto/gen/keyhold/v1/NodeService.ts";
import type { JoinTokenRecord } from "../../directory/records.ts";
import { hashToken } from "../../identity/token.ts";
import type { Database } from "../../stores/stores.ts";
import { type Access, notFound, organizationSubject } from "../edge/access.ts";
import type { Methods } from "../edge/call.ts";
import { milliseconds, organizationIn, pageOf, required, siblingIn, timestamp } from "../edge/fields.ts";

const SECOND = 1000;
const TTL = { shortest: 10 * SECOND, usual: 600 * SECOND, longest: 24 * 3600 * SECOND };
/** Nodes that can join with one token. */
const MOST_USES = 100;

type Uses = Pick<Database, "joinTokens" | "projects" | "transaction">;

export interface JoinTokenServiceParts {
  readonly database: Uses;
  readonly access: Access;
  /** SHA-256 of the CA, for join tokens. */
  readonly caHash: Buffer;
  readonly now?: () => number;
}

/** Letting hosts in. What an agent does with a join token is AgentService/Enroll. */
export function joinTokenService(
  parts: JoinTokenServiceParts,
): Pick<Methods<NodeServiceHandlers>, "CreateJoinToken" | "ListJoinTokens" | "RevokeJoinToken"> {
  const { database, access } = parts;
  const now = parts.now ?? Date.now;
  return {
    async CreateJoinToken(request, { caller }) {
      const organization = organizationIn(request.parent, "parent");
      await access.require(caller, "organization", "joinNode", organizationSubject(organization));
      const random = randomBytes(32);
      const expireTime = now() + ttlIn(milliseconds(request.ttl));
      const nodeId = request.nodeId === "" ? undefined : checkId(request.nodeId, "node_id");
      const projects = await projectsIn(database, request.projects, organization);
      const draft = {
        ...{ organization, nodeId, expireTime, projects },
        claimAny: request.claimAny,
        maxUses: usesIn(request.uses, nodeId),
        hash: hashToken(random),
        by: caller.principal,
        madeWith: "token" in caller ? caller.token.name : undefined,
      };
      const record = await database.transaction(async (stores) => {
        const created = await stores.joinTokens.create(draft);
        await stores.quotas.require(organization, "join-tokens");
        return created;
      });
      const joinToken = formatJoinToken({ random, caHash: parts.caHash });
      return { joinToken, expireTime: timestamp(expireTime), token: messageOf(record) };
    },

    async ListJoinTokens(request, { caller }) {
      const organization = organizationIn(request.parent, "parent");
      await access.require(caller, "organization", "joinNode", organizationSubject(organization));
      const page = await database.joinTokens.list(organization, pageOf(request));
      return { joinTokens: page.items.map(messageOf), nextPageToken: page.nextPageToken };
    },

    async RevokeJoinToken(request, { caller }) {
      const { organization, id, name } = parseChildName(required(request.name, "name"), "joinTokens");
      await access.require(caller, "joinToken", "revoke", { organization, name });
      if ((await database.joinTokens.find(organization, id)) === undefined) throw notFound(name);
      return messageOf(await database.joinTokens.revoke(organization, id));
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

function usesIn(uses: number, nodeId: string | undefined): number {
  const wanted = uses === 0 ? 1 : uses;
  if (wanted < 1 || wanted > MOST_USES) {
    const message = `uses is ${uses}, it has to be between 1 and ${MOST_USES}`;
    throw new KeyholdError({ code: "invalid", field: "uses", message, next: "make several tokens" });
  }
  if (wanted === 1 || nodeId === undefined) return wanted;
  throw new KeyholdError({
    code: "invalid",
    field: "uses",
    message: `${wanted} nodes cannot all be named ${nodeId}`,
    next: "leave out the name: each node then gets the name of its host",
  });
}

/** Resource names of projects that exist. @throws KeyholdError `not-found`, `invalid` */
export async function projectsIn(
  database: Pick<Uses, "projects">,
  names: readonly string[],
  organization: string,
  field = "projects",
): Promise<string[]> {
  const projects = new Set<string>();
  for (const given of names) {
    const name = required(siblingIn(given, "projects", organization, field), field);
    await database.projects.get(organization, name.split("/").at(-1) ?? "");
    projects.add(name);
  }
  return [...projects];
}

function messageOf(record: JoinTokenRecord) {
  const { name, creator, maxUses, uses } = record;
  return {
    ...{ name, creator, maxUses, uses },
    nodeId: record.nodeId ?? "",
    projects: [...record.projects],
    claimAny: record.claimAny,
    createTime: timestamp(record.createTime),
    expireTime: timestamp(record.expireTime),
    revokeTime: timestamp(record.revokeTime),
  };
}
