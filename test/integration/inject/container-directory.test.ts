import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readEngineFacts } from "../../../agent/engine/docker/container-directory.ts";
import { factsIn } from "../../../agent/engine/docker/engine-facts.ts";

let root: string;
const process = { user: { uid: 0, gid: 0 }, cwd: "/" };

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "keyhold-engine-"));
  await mkdir(join(root, "containers", "job"), { recursive: true });
  await writeFile(join(root, "containers", "job", "hostconfig.json"), JSON.stringify({ AutoRemove: true }));
  const config = {
    Config: { Healthcheck: { Test: ["CMD-SHELL", "ping -p $PW"] }, Shell: ["/bin/ash", "-c"] },
  };
  await writeFile(join(root, "containers", "job", "config.v2.json"), JSON.stringify(config));
  await mkdir(join(root, "containers", "odd"));
  await writeFile(join(root, "containers", "odd", "hostconfig.json"), "{");
});

afterAll(() => rm(root, { recursive: true }));

function mounted(owner: string) {
  const source = join(root, "containers", owner, "hosts");
  return { process, mounts: [{ destination: "/etc/hosts", source }] };
}

describe("what the engine keeps on disk about a container", () => {
  test("says whether the container is removed when it ends", async () => {
    expect(await readEngineFacts("job", mounted("job"))).toMatchObject({ autoRemove: true });
  });

  test("says what the engine executes as its HEALTHCHECK", async () => {
    const healthcheck = ["/bin/ash", "-c", "ping -p $PW"];
    expect(await readEngineFacts("job", mounted("job"))).toMatchObject({ healthcheck });
    const command = { hostConfig: {}, config: { Healthcheck: { Test: ["CMD", "ping"] } } };
    expect(factsIn(command).healthcheck).toEqual(["ping"]);
    const plain = { hostConfig: {}, config: { Healthcheck: { Test: ["CMD-SHELL", "ping"] } } };
    expect(factsIn(plain).healthcheck).toEqual(["/bin/sh", "-c", "ping"]);
    const off = { hostConfig: {}, config: { Healthcheck: { Test: ["NONE"] } } };
    expect(factsIn(off)).toEqual({ autoRemove: false });
  });

  test("is found also where the container has the hosts file of another, whose network it shares", async () => {
    expect(await readEngineFacts("job", mounted("vpn"))).toMatchObject({ autoRemove: true });
  });

  test("is unknown where it cannot be read", async () => {
    expect(await readEngineFacts("odd", mounted("odd"))).toBeUndefined();
    expect(await readEngineFacts("gone", mounted("gone"))).toBeUndefined();
    expect(await readEngineFacts("job", { process, mounts: [] })).toBeUndefined();
  });
});
