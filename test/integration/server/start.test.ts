import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KeyholdError } from "../../../common/errors.ts";
import { silentLog } from "../../../common/log.ts";
import { parseServerConfig, type ServerFlags } from "../../../controlplane/config.ts";
import { startServer } from "../../../controlplane/server.ts";
import { ANY_PORT, codeOf, World } from "../api/world.ts";

let base: string;
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "keyhold-start-"));
});
afterAll(() => rm(base, { recursive: true, force: true }));

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

async function refusalOf(flags: Partial<ServerFlags> & { dataDirectory: string }): Promise<KeyholdError> {
  const started = startServer(parseServerConfig({ ...ANY_PORT, ...flags }), silentLog);
  const thrown: unknown = await started.then(
    (server) => server.close(),
    (refused: unknown) => refused,
  );
  expect(thrown).toBeInstanceOf(KeyholdError);
  return thrown as KeyholdError;
}

describe("the first start", () => {
  it("makes keys, CA and the owner's token, readable by nobody else, and the next start keeps them", async () => {
    const directory = join(base, "first");
    const world = await World.start(directory);
    try {
      expect(world.server.firstStart).toBe(true);
      expect(await modeOf(directory)).toBe("700");
      for (const name of ["ca.key", "server.key", "owner-token", "keys.json"]) {
        expect(`${name} ${await modeOf(join(directory, name))}`).toBe(`${name} 600`);
      }
      expect(await modeOf(join(directory, "ca.crt"))).toBe("644");
      expect(world.server.caFile).toBe(join(directory, "ca.crt"));
      expect((await readdir(directory)).filter((name) => name.startsWith("."))).toEqual([]);
    } finally {
      await world.server.close();
    }
    const again = await World.start(directory);
    try {
      expect(again.server.firstStart).toBe(false);
      expect(again.owner).toBe(world.owner);
      expect(again.ca).toEqual(world.ca);
      const identity = await again.call<{ principal: string }>(again.owner, "TokenService/GetIdentity");
      expect(identity.principal).toBe("users/owner");
    } finally {
      await again.server.close();
    }
  });
});

describe("a start that cannot be", () => {
  it("because a port is in use names the port and the flag, and makes nothing", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => taken.once("listening", resolve));
    const { port } = taken.address() as { port: number };
    for (const [field, flag] of [
      ["apiListen", "--api-listen"],
      ["nodeListen", "--node-listen"],
      ["httpListen", "--http-listen"],
    ]) {
      const dataDirectory = join(base, "taken");
      const refused = await refusalOf({ dataDirectory, [field!]: `127.0.0.1:${port}` });
      expect(refused.describe()).toContain(`cannot listen on 127.0.0.1:${port}: the port is in use`);
      expect(refused.describe()).toContain(flag);
      await expect(stat(dataDirectory)).rejects.toThrow("ENOENT");
    }
    taken.close();
  });

  it("because the address is none of this machine says so", async () => {
    const refused = await refusalOf({ dataDirectory: join(base, "x"), apiListen: "192.0.2.1:0" });
    expect(refused.message).toContain("this machine does not have that address");
  });

  it("because the data directory cannot be one names it", async () => {
    await writeFile(join(base, "file"), "");
    const refused = await refusalOf({ dataDirectory: join(base, "file", "data") });
    expect(refused.message).toContain(join(base, "file", "data"));
  });

  it("because another server has the data directory leaves that one alone", async () => {
    const directory = join(base, "shared");
    const world = await World.start(directory);
    try {
      const refused = await refusalOf({ dataDirectory: directory });
      expect(refused.message).toContain("in use");
      expect(await codeOf(world.call(world.owner, "TokenService/GetIdentity"))).toBe("ok");
    } finally {
      await world.server.close();
    }
  });
});

describe("close", () => {
  it("frees the ports and the directory, and may be called twice", async () => {
    const directory = join(base, "closed");
    const world = await World.start(directory);
    await fetch(`http://${world.server.httpAddress}/healthz`);
    const { apiAddress, nodeAddress, httpAddress } = world.server;
    await Promise.all([world.server.close(), world.server.close()]);
    const config = { apiListen: apiAddress, nodeListen: nodeAddress, httpListen: httpAddress };
    const again = await startServer(parseServerConfig({ dataDirectory: directory, ...config }), silentLog);
    expect(again.apiAddress).toBe(apiAddress);
    await again.close();
  });

  it("leaves nothing that keeps the process alive", async () => {
    const root = new URL("../../..", import.meta.url);
    const program = `
      const { startServer } = await import("${new URL("controlplane/server.ts", root)}");
      const { parseServerConfig } = await import("${new URL("controlplane/config.ts", root)}");
      const { silentLog } = await import("${new URL("common/log.ts", root)}");
      const flags = { dataDirectory: process.argv[1], ...${JSON.stringify(ANY_PORT)} };
      const server = await startServer(parseServerConfig(flags), silentLog);
      await fetch("http://" + server.httpAddress + "/readyz");
      await server.close();
      process.stdout.write("closed");`;
    const child = execFile(process.execPath, ["--input-type=module", "-e", program, join(base, "child")]);
    let output = "";
    child.stdout?.on("data", (chunk: string) => {
      output += chunk;
    });
    const late = setTimeout(() => child.kill("SIGKILL"), 10_000);
    const [code] = await once(child, "close");
    clearTimeout(late);
    expect({ code, output }).toEqual({ code: 0, output: "closed" });
  });
});
