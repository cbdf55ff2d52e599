import { Metadata } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serverOnly } from "../../../common/grpc/channel.ts";
import { loadApi } from "../../../common/grpc/protos.ts";
import { World } from "../api/world.ts";
import { events, ORG } from "./world.ts";

let world: World;

beforeAll(async () => {
  world = await World.start();
  await world.populate({ alice: "member" });
});
afterAll(() => world[Symbol.asyncDispose]());

/** Another each time: the same refusal again would only be counted. */
let asked = 0;
function nextName(): string {
  asked += 1;
  return `${ORG}/secrets/NOTHING_${asked}`;
}
const newest = async () => (await events(world))[0];
const logged = (requestId: string) =>
  world.lines.filter((line) => (JSON.parse(line) as { requestId?: string }).requestId === requestId);

/** GetSecret of what is not there, over HTTP: the id in the answer. */
async function idOverHttp(given?: string): Promise<string> {
  const authorization = `Bearer ${world.owner}`;
  const headers: Record<string, string> = given === undefined ? {} : { "x-request-id": given };
  const answer = await fetch(`http://${world.server.httpAddress}/api/keyhold.v1.SecretService/GetSecret`, {
    method: "POST",
    headers: { authorization, ...headers },
    body: JSON.stringify({ name: nextName() }),
  });
  return answer.headers.get("x-request-id") ?? "";
}

/** The same over gRPC: the id in the answer's metadata. */
async function idOverGrpc(given?: string): Promise<string> {
  const channel = serverOnly(world.server.apiAddress, world.ca);
  const client = new (loadApi().SecretService)(world.server.apiAddress, channel.credentials, channel.options);
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${world.owner}`);
  if (given !== undefined) metadata.set("x-request-id", given);
  const { promise: announced, resolve } = Promise.withResolvers<string>();
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const call = client.getSecret({ name: nextName() }, metadata, () => end());
  call.on("metadata", (answer) => resolve(String(answer.get("x-request-id")[0])));
  await ended;
  client.close();
  return announced;
}

describe.each([
  ["HTTP", idOverHttp],
  ["gRPC", idOverGrpc],
])("a call's id over %s", (door, call) => {
  it("that the caller gave is answered, logged and audited", async () => {
    const given = `from-the-caller-of-${door}`;
    expect(await call(given)).toBe(given);
    expect(await newest()).toMatchObject({ requestId: given, result: "NOT_FOUND" });
    expect(logged(given)).toHaveLength(1);
  });

  it("is made where none was given, and is the same everywhere", async () => {
    const id = await call();
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect((await newest())?.requestId).toBe(id);
    expect(logged(id)).toHaveLength(1);
  });

  it("that could forge a line of the log is replaced", async () => {
    expect(await call('"}, {"a": "b')).toMatch(/^[0-9a-f-]{36}$/);
  });
});
