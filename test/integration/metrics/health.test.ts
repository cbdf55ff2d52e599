import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@grpc/grpc-js";
import { service as healthDefinition } from "grpc-health-check";
import { afterEach, describe, expect, it } from "vitest";
import { KeyholdError } from "../../../common/errors.ts";
import { serverOnly } from "../../../common/grpc/channel.ts";
import { Readiness } from "../../../controlplane/http/readiness.ts";
import { World } from "../api/world.ts";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** A directory on a disk of its own, of which 4 MiB are to be had; undefined where this user may not mount. */
async function smallDisk(): Promise<string | undefined> {
  const directory = await mkdtemp(join(tmpdir(), "keyhold-disk-"));
  undo.push(() => rm(directory, { recursive: true, force: true }));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "keyhold-test", directory], { stdio: "ignore" });
  } catch {
    return undefined;
  }
  undo.push(() => execFileSync("umount", [directory]));
  return directory;
}

async function ready(address: string): Promise<{ status: number; reason: string | undefined }> {
  const response = await fetch(`http://${address}/readyz`);
  const body = (await response.json()) as { reason?: string };
  return { status: response.status, reason: body.reason };
}

/** One that the server waits for when it ends: a stream that does not end by itself. */
async function callUnderWay(world: World): Promise<{ cancel(): void }> {
  const address = world.server.apiAddress;
  const channel = serverOnly(address, world.ca);
  const client = new Client(address, channel.credentials, channel.options);
  undo.push(() => client.close());
  const { path, requestSerialize, responseDeserialize } = healthDefinition.Watch!;
  const stream = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, { service: "" });
  stream.on("error", () => undefined);
  await once(stream, "data");
  return stream;
}

describe("/readyz", () => {
  it("is 503 while the disk is full, and 200 again when it is not", async (context) => {
    const disk = await smallDisk();
    if (disk === undefined) return context.skip("root is needed to mount a small disk");
    const world = await World.start(disk);
    undo.push(() => world.server.close());
    const { httpAddress } = world.server;
    expect(await ready(httpAddress)).toEqual({ status: 200, reason: undefined });
    const filler = join(disk, "filler");
    await writeFile(filler, Buffer.alloc(4 * 1024 * 1024)).catch(() => undefined);
    await expect
      .poll(() => ready(httpAddress), { timeout: 5000 })
      .toEqual({ status: 503, reason: "the data directory cannot be written: the disk is full" });
    expect((await fetch(`http://${httpAddress}/healthz`)).status).toBe(200);
    await rm(filler);
    await expect.poll(async () => (await ready(httpAddress)).status, { timeout: 5000 }).toBe(200);
  });

  it("is 503 from the moment the server is told to end, while it still waits for calls", async () => {
    const directory = await mkdtemp(join(tmpdir(), "keyhold-ready-"));
    undo.push(() => rm(directory, { recursive: true, force: true }));
    const readiness = new Readiness({ directory, read: async () => 1 });
    expect(await readiness.state()).toEqual({ ready: true });
    readiness.close();
    expect(await readiness.state()).toEqual({ ready: false, reason: "the server is shutting down" });
  });

  it("keeps the HTTP port open until the gRPC ports are closed", async () => {
    const world = await World.start();
    undo.push(() => rm(world.directory, { recursive: true, force: true }));
    const call = await callUnderWay(world);
    const closing = world.server.close();
    expect(await ready(world.server.httpAddress)).toEqual({
      status: 503,
      reason: "the server is shutting down",
    });
    call.cancel();
    await closing;
    await expect(ready(world.server.httpAddress)).rejects.toThrow("fetch failed");
  });

  it("says that the database cannot be read, looks once a second at most, and leaves no file behind", async () => {
    let time = 0;
    let looked = 0;
    let broken = false;
    const read = async () => {
      looked += 1;
      if (broken) throw new KeyholdError({ code: "failed", message: "disk I/O error" });
    };
    const directory = await mkdtemp(join(tmpdir(), "keyhold-ready-"));
    undo.push(() => rm(directory, { recursive: true, force: true }));
    const readiness = new Readiness({ directory, read, now: () => time });
    for (let count = 0; count < 5; count += 1) expect(await readiness.state()).toEqual({ ready: true });
    expect(looked).toBe(1);
    broken = true;
    time = 1000;
    expect(await readiness.state()).toEqual({
      ready: false,
      reason: "the database cannot be read: disk I/O error",
    });
    expect(execFileSync("ls", ["-A", directory]).toString()).toBe("");
  });
});

describe("a request id", () => {
  it("is in the call's line of the log and in the answer, over the JSON door", async () => {
    await using world = await World.start();
    const call = (headers: Record<string, string>) =>
      fetch(`http://${world.server.httpAddress}/api/keyhold.v1.TokenService/GetIdentity`, {
        method: "POST",
        headers,
      });
    const authorization = `Bearer ${world.owner}`;
    for (const [headers, code] of [
      [{ authorization, "x-request-id": "ticket-42" }, "OK"],
      [{ authorization }, "OK"],
      [{ "x-request-id": "ticket-43" }, "UNAUTHENTICATED"],
    ] as const) {
      const id = (await call(headers)).headers.get("x-request-id");
      expect(id).toMatch("x-request-id" in headers ? /^ticket-4\d$/ : /^[0-9a-f-]{36}$/);
      const lines = world.lines.map((line) => JSON.parse(line)).filter(({ requestId }) => requestId === id);
      expect(lines).toMatchObject([
        { component: "http", code, method: "keyhold.v1.TokenService/GetIdentity" },
      ]);
    }
  });
});
