import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ContainerReport } from "../../proto/gen/keyhold/v1/ContainerReport.ts";
import { StreamWorld } from "../integration/stream/world.ts";
import { container } from "../support/reports.ts";

const KIB = 1024;

let world: StreamWorld;
beforeEach(async () => {
  world = await StreamWorld.open();
});
afterEach(() => world.close());

/** The stream of a node that says what it likes. */
async function node() {
  const { client, node: name } = await world.client("big");
  const stream = client.subscribe();
  const ended = new Promise<{ code: number; details: string }>((resolve) => stream.on("error", resolve));
  stream.on("data", () => undefined);
  const report = (containers: ContainerReport[], complete = false) =>
    stream.write({ report: { complete, containers } });
  const known = () => world.presence.containersOf(name).map(({ containerId }) => containerId);
  return { stream, ended, report, known, name };
}

const hello = { hello: { agentVersion: "1", targets: [] } };

describe("a node that fills the server's memory and database", () => {
  it("reports containers with names, problems and lists of any size, and none of them is kept", async () => {
    const { stream, report, known } = await node();
    stream.write(hello);
    report([container("good")]);
    report([container("i".repeat(65))]);
    for (const index of [1, 2, 3])
      report([container(`name-${index}`, { containerName: "n".repeat(3_500_000) })]);
    report([container("problem", { problem: "p".repeat(1025) })]);
    const delivered = { secret: "organizations/acme/secrets/A", version: 1, fingerprint: "" };
    report([container("delivered", { delivered: Array(2001).fill(delivered) })]);
    report([container("last")]);
    await expect.poll(known, { timeout: 20_000 }).toContain("last");
    expect(known()).toEqual(["good", "last"]);
  });

  it("says 1 MiB of each of its containers, and only 16 MiB of them are kept", async () => {
    const { stream, report, known } = await node();
    stream.write(hello);
    const delivered = Array.from({ length: 1900 }, (_, index) => ({
      secret: `${index}`.padEnd(450, "s"),
      version: 1,
      fingerprint: "",
    }));
    for (let index = 0; index < 30; index += 1) report([container(`c${index}`, { delivered })]);
    report([container("c0", { state: "GONE" }), container("end")]);
    await expect.poll(known, { timeout: 20_000 }).toContain("end");
    expect(known().length).toBeLessThanOrEqual(20);
  });

  it("says that it is of a release whose name is 100 KB long", async () => {
    const { stream, ended } = await node();
    stream.write({ hello: { agentVersion: "x".repeat(100 * KIB), targets: [] } });
    expect((await ended).details).toMatch(/version has 102400 characters, the limit is 64/);
    expect((await ended).code).toBe(8);
  });

  it("watches a target whose name is longer than any can be", async () => {
    const { stream, ended } = await node();
    stream.write(hello);
    stream.write({ watch: { targets: ["t".repeat(3_000_000)] } });
    expect((await ended).details).toMatch(/target has 3000000 characters, the limit is 255/);
  });
});
