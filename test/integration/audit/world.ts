import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Metadata } from "@grpc/grpc-js";
import { certificateRequest } from "../../../agent/identity/certificate-request.ts";
import { RenewableCredentials, serverOnly } from "../../../common/grpc/channel.ts";
import { loadApi } from "../../../common/grpc/protos.ts";
import type { AuditEvent__Output } from "../../../proto/gen/keyhold/v1/AuditEvent.ts";
import type { SubscribeResponse__Output } from "../../../proto/gen/keyhold/v1/SubscribeResponse.ts";
import type { Identity, World } from "../api/world.ts";

export const ORG = "organizations/acme";
const api = loadApi();

export type Event = AuditEvent__Output;
export interface Verdict {
  readonly intact: boolean;
  readonly events: number;
  readonly brokenAt: number;
  readonly problem: string;
}

/** Newest first, one page. */
export async function events(world: World, filter: object = {}, token = world.owner): Promise<Event[]> {
  const request = { parent: ORG, pageSize: 1000, ...filter };
  return (await world.call<{ events: Event[] }>(token, "AuditService/ListAuditEvents", request)).events;
}

export function verify(world: World, parent = ORG): Promise<Verdict> {
  return world.call(world.owner, "AuditService/VerifyAuditLog", { parent });
}

/** What the stream gives, in its order. */
export async function exported(world: World, token = world.owner, parent = ORG): Promise<Event[]> {
  const channel = serverOnly(world.server.apiAddress, world.ca);
  const client = new api.AuditService(world.server.apiAddress, channel.credentials, channel.options);
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${token}`);
  const rows: Event[] = [];
  try {
    for await (const row of client.exportAuditEvents({ parent }, metadata)) rows.push(row as Event);
    return rows;
  } finally {
    client.close();
  }
}

/** As somebody who can write the database, but does not have the server's keys. */
export function rawSql<T>(world: Pick<World, "directory">, fn: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(join(world.directory, "keyhold.db"));
  try {
    return fn(database);
  } finally {
    database.close();
  }
}

export async function enrolNode(world: World, nodeId: string, request: object = {}): Promise<Identity> {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const publicKey = createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString();
  const { joinToken } = await world.call<{ joinToken: string }>(world.owner, "NodeService/CreateJoinToken", {
    parent: ORG,
    nodeId,
    ...request,
  });
  const { certificate } = await world.call<{ certificate: string }>(undefined, "AgentService/Enroll", {
    joinToken,
    hostName: nodeId,
    certificateRequest: certificateRequest(privateKey, publicKey, nodeId),
  });
  return { certificate, key: privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
}

/** A node's stream; `next` waits for its next message. */
export function openStream(world: World, identity: Identity, targets: readonly string[]) {
  const address = world.server.nodeAddress;
  const certificate = Buffer.from(identity.certificate);
  const renewable = new RenewableCredentials({ ca: world.ca, certificate, key: Buffer.from(identity.key) });
  const channel = renewable.channel(address);
  const client = new api.AgentService(address, channel.credentials, channel.options);
  const call = client.subscribe();
  // How it ends is not what is looked at here.
  call.on("error", () => undefined);
  call.write({ hello: { agentVersion: "1", targets: [...targets] } });
  const messages = call[Symbol.asyncIterator]() as AsyncIterator<SubscribeResponse__Output>;
  return {
    /** All containers of the node. */
    report: (containers: readonly object[]) =>
      void call.write({ report: { complete: true, containers } } as never),
    next: async () => (await messages.next()).value as SubscribeResponse__Output,
    close: () => {
      call.cancel();
      client.close();
    },
  };
}
