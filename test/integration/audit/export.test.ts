import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Metadata } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serverOnly } from "../../../common/grpc/channel.ts";
import { loadApi } from "../../../common/grpc/protos.ts";
import { openStore } from "../../../controlplane/database.ts";
import { World } from "../api/world.ts";
import { exported, ORG, verify } from "./world.ts";

const ROWS = 20_001;
let world: World;

/** A log of many pages, of rows that are larger than what a connection takes without being read. */
beforeAll(async () => {
  const directory = await mkdtemp(join(tmpdir(), "keyhold-export-"));
  const store = await openStore({ directory });
  await store.organizations.create({ id: "acme", displayName: "", by: "" });
  const row = {
    ...{ organization: "acme", principal: `${ORG}/nodes/build-1`, address: "192.0.2.1", requestId: "r" },
    ...{ action: "agent/resolve", resource: `${ORG}/workspaces/ws-1`, version: 0, result: "OK" },
    comment: `${ORG}/secrets/A@1 `.repeat(10),
  };
  await store.audit.record(Array.from({ length: ROWS - 1 }, () => row));
  await store.close();
  world = await World.start(directory);
});
afterAll(() => world[Symbol.asyncDispose]());

function start() {
  const { apiAddress } = world.server;
  const channel = serverOnly(apiAddress, world.ca);
  const client = new (loadApi().AuditService)(apiAddress, channel.credentials, channel.options);
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${world.owner}`);
  return { client, call: client.exportAuditEvents({ parent: ORG }, metadata) };
}
const ended = () =>
  world.lines.filter((line) => line.includes("ExportAuditEvents") && line.includes("Call answered")).length;

describe("an export of many pages", () => {
  it("has every row once, in order, and the log verifies", async () => {
    const rows = await exported(world);
    expect(rows.map((row) => row.sequence)).toEqual(Array.from({ length: ROWS }, (_, index) => index + 1));
    expect(await verify(world)).toMatchObject({ intact: true, events: ROWS });
  });

  it("waits for a reader that is slow, and then gives it all", async () => {
    const before = ended();
    const { client, call } = start();
    const first = await new Promise<{ sequence: number }>((resolve) => call.once("data", resolve));
    call.pause();
    expect(first.sequence).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(ended()).toBe(before);
    let count = 1;
    for await (const _ of call) count += 1;
    expect(count).toBe(ROWS);
    await expect.poll(ended).toBe(before + 1);
    client.close();
  });

  it("ends when its reader goes away", async () => {
    const before = ended();
    const { client, call } = start();
    call.on("error", () => undefined);
    await new Promise((resolve) => call.once("data", resolve));
    call.pause();
    call.cancel();
    await expect.poll(ended, { timeout: 3000 }).toBe(before + 1);
    client.close();
  });
});
