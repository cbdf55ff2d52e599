import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createLog } from "../../../common/log.ts";
import { startPurging } from "../../../controlplane/database/purge.ts";

describe("purging", () => {
  it("runs at once and again and again, also after a failure, until it is stopped", async () => {
    const lines: string[] = [];
    const log = createLog({ level: "info", name: "test", write: (line) => lines.push(line) });
    let runs = 0;
    const purgeExpired = async () => {
      runs += 1;
      if (runs === 1) throw new Error("the disk is full");
      return runs;
    };
    const stop = startPurging([{ purgeExpired }], log, 5);
    await expect.poll(() => runs).toBeGreaterThan(2);
    await stop();
    const stopped = runs;
    await wait(20);
    expect(runs).toBe(stopped);
    expect(lines[0]).toContain("could not be purged");
    expect(lines[1]).toContain('"count":2');
  });

  it("is only stopped once the run under way has ended", async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    const log = createLog({ level: "info", name: "test", write: () => undefined });
    const stop = startPurging([{ purgeExpired: () => promise }], log);
    let stopped = false;
    const stopping = stop().then(() => {
      stopped = true;
    });
    await wait(5);
    expect(stopped).toBe(false);
    resolve(0);
    await stopping;
    expect(stopped).toBe(true);
  });
});
