import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createSecureServer, type Http2SecureServer, type ServerHttp2Stream } from "node:http2";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { probeServer } from "../../../common/grpc/probe.ts";
import { keyhold } from "../cli/process.ts";
import { startWorld, type World } from "../cli/world.ts";

describe("the doctor's probe of the control plane", () => {
  let world: World;
  let ca: string;
  let slow: Http2SecureServer;

  /** A server with the control plane's own certificate, and a clock that is ten minutes late. */
  beforeAll(async () => {
    world = await startWorld();
    ca = await readFile(world.caFile, "utf8");
    const read = (name: string) => readFile(join(world.directory, "data", name));
    slow = createSecureServer({ cert: await read("server.crt"), key: await read("server.key") });
    slow.on("stream", (stream: ServerHttp2Stream) => {
      stream.respond({ ":status": 200, date: new Date(Date.now() - 600_000).toUTCString() });
      stream.end();
    });
    slow.listen(0, "127.0.0.1");
    await once(slow, "listening");
  });
  afterAll(async () => {
    slow?.close();
    await world?.close();
  });
  const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;

  test("reads clock and certificate from a real server", async () => {
    const probe = await probeServer(world.address, ca);
    if (probe.kind !== "answers") throw new Error(probe.reason);
    expect(Math.abs(probe.skew ?? 1e9)).toBeLessThan(20_000);
    expect(probe.certificateEnd).toBeGreaterThan(Date.now() + 100 * 86_400_000);
  });

  test("finds a clock that is off, and the doctor says by how much", async () => {
    const environment = {
      KEYHOLD_SERVER: `127.0.0.1:${portOf(slow)}`,
      KEYHOLD_CA_FILE: world.caFile,
      KEYHOLD_TOKEN: world.alice,
    };
    const { code, stdout } = await keyhold(["doctor", "--run-dir", "/nonexistent"], { environment });
    expect(stdout).toMatch(
      /^fail {2}server\.clock +the server's clock is (59\d|60\d) s behind this one\n +set both by NTP/m,
    );
    expect(code).toBe(1);
  });

  test("tells who is not there from who is not trusted", async () => {
    expect(await probeServer(world.address, undefined)).toMatchObject({ kind: "untrusted" });
    const closed = createServer().listen(0, "127.0.0.1");
    await once(closed, "listening");
    const port = portOf(closed);
    closed.close();
    await once(closed, "close");
    expect(await probeServer(`127.0.0.1:${port}`, ca)).toMatchObject({ kind: "unreachable" });
    expect(await probeServer("keyhold.invalid:7443", ca)).toMatchObject({ kind: "unreachable" });
  });

  test("does not accept what speaks no TLS, or hangs up", async () => {
    const plain = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")).listen(
      0,
      "127.0.0.1",
    );
    await once(plain, "listening");
    expect(await probeServer(`127.0.0.1:${portOf(plain)}`, ca)).not.toMatchObject({ kind: "answers" });
    plain.close();
  });
});
