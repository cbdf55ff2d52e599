import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { saveLogin } from "../../cli/api/login-file.ts";
import { keyhold } from "../integration/cli/process.ts";

/* An .envrc of a cloned repository sets KEYHOLD_SERVER for a person who has logged in to another server. */

const TOKEN = "kh_canary";
let home: string;
let listener: Server;
let elsewhere: string;
let connections = 0;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "keyhold-elsewhere-"));
  const path = join(home, ".config/keyhold/login.json");
  await saveLogin(path, "default", { server: "keyhold.example.com:7443", ca: undefined, token: TOKEN });
  listener = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  elsewhere = `127.0.0.1:${(listener.address() as AddressInfo).port}`;
});
afterAll(async () => {
  listener.close();
  await rm(home, { recursive: true, force: true });
});

describe("the author of a directory's environment", () => {
  test("has the saved token sent to another server", async () => {
    const environment = { HOME: home, KEYHOLD_SERVER: elsewhere };
    const { code, stderr } = await keyhold(["org", "list"], { environment });
    expect({ code, connections }).toEqual({ code: 3, connections: 0 });
    expect(stderr).toContain("whose token is not sent to others");
    expect(stderr).toContain("KEYHOLD_TOKEN");
    expect(stderr).not.toContain(TOKEN);
  });

  test("changes only the server of a person who has given a token in the environment too", async () => {
    const environment = { HOME: home, KEYHOLD_SERVER: elsewhere, KEYHOLD_TOKEN: "kh_mine" };
    const { code } = await keyhold(["org", "list"], { environment });
    expect(code).toBe(5);
    expect(connections).toBeGreaterThan(0);
  });
});
