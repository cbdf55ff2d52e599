import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { World } from "../api/world.ts";

let world: World;
beforeAll(async () => {
  world = await World.start();
  await world.populate({ alice: "member" });
});
afterAll(() => world[Symbol.asyncDispose]());

async function scrape(): Promise<string> {
  const response = await fetch(`http://${world.server.httpAddress}/metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  return response.text();
}

async function sample(series: string): Promise<number | undefined> {
  const line = (await scrape()).split("\n").find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.split(" ").at(-1));
}

const GET_IDENTITY = 'port="api",service="keyhold.v1.TokenService",method="GetIdentity"';

describe("/metrics", () => {
  it("has exactly what the documentation lists, with its type, labels and words", async () => {
    await world.call(world.owner, "TokenService/GetIdentity");
    const text = await scrape();
    const documented = await readFile(join(import.meta.dirname, "../../../docs/metrics.md"), "utf8");
    const rows = documented.matchAll(/^\| `(\w+)` \| (\w+) \| ([\w, ]*) ?\| (.*) \|$/gm);
    const described = [...rows].map(([, name, type, labels = "", help]) => ({
      name,
      type,
      help,
      labels: labels.trim() === "" ? [] : labels.trim().split(", "),
    }));
    const served = [...text.matchAll(/^# HELP (\w+) (.*)\n# TYPE \w+ (\w+)$/gm)].map(
      ([, name = "", help, type]) => ({
        name,
        type,
        help,
        labels: labelsOf(text, name),
      }),
    );
    const byName = (one: { name?: string | undefined }, other: { name?: string | undefined }) =>
      String(one.name).localeCompare(String(other.name));
    expect(described.toSorted(byName)).toEqual(served.toSorted(byName));
  });

  it("counts calls by port, method and code, and how long they took", async () => {
    const ok = `keyhold_calls_handled_total{${GET_IDENTITY},code="OK"}`;
    const refused = `keyhold_calls_handled_total{${GET_IDENTITY},code="UNAUTHENTICATED"}`;
    const took = `keyhold_call_duration_seconds_count{${GET_IDENTITY}}`;
    const before = await Promise.all([ok, refused, took].map(sample));
    await world.call(world.owner, "TokenService/GetIdentity");
    await world.call(undefined, "TokenService/GetIdentity").catch(() => undefined);
    const grown = (await Promise.all([ok, refused, took].map(sample))).map(
      (value, index) => (value ?? 0) - (before[index] ?? 0),
    );
    expect(grown).toEqual([1, 1, 2]);
  });

  it("follows what is stored", async () => {
    const [secrets = 0, versions = 0, revision = 0] = await Promise.all(
      ["keyhold_secrets", "keyhold_secret_versions", "keyhold_revision"].map(sample),
    );
    const parent = "organizations/acme";
    const secret = { kind: "SECRET_KIND_ENV", value: Buffer.from("canary-value") };
    await world.call(world.owner, "SecretService/CreateSecret", { parent, secretId: "CANARY", secret });
    const changed = { name: `${parent}/secrets/CANARY`, value: Buffer.from("canary-two") };
    await world.call(world.owner, "SecretService/UpdateSecret", { secret: changed });
    expect(await sample("keyhold_secrets")).toBe(secrets + 1);
    expect(await sample("keyhold_secret_versions")).toBe(versions + 2);
    expect(await sample("keyhold_revision")).toBe(revision + 2);
  });

  it("names nobody and nothing, whatever callers send", async () => {
    const post = (path: string) =>
      fetch(`http://${world.server.httpAddress}/api/${path}`, { method: "POST", body: "{}" });
    for (const path of ["keyhold.v1.Canary/Canary", "keyhold.v1.SecretService/Canary", "Canary"])
      await post(path);
    const text = await scrape();
    for (const word of ["CANARY", "Canary", "canary", "acme", "alice"]) expect(text).not.toContain(word);
  });
});

/** Labels of its series, without what a histogram adds itself. */
function labelsOf(text: string, name: string): string[] {
  const [, labels = ""] = new RegExp(`^${name}(?:_count)?(?:\\{([^}]*)\\})? `, "m").exec(text) ?? [];
  return [...labels.matchAll(/(\w+)="/g)].map(([, label = ""]) => label);
}
