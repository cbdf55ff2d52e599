import { describe, expect, test } from "vitest";
import { warningsOf } from "../../../console/nodes/health.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const HOUR = 3_600_000;
const at = (time: number) => new Date(time).toISOString();
const well = {
  name: "organizations/acme/nodes/build-1",
  connected: true,
  agentVersion: "0.10.0",
  certificateExpireTime: at(NOW + 20 * HOUR),
  lastContactTime: at(NOW),
} as const;
const warn = (...nodes: readonly Parameters<typeof warningsOf>[0][number][]) =>
  warningsOf(nodes, NOW).map(
    ({ node, problem, advice }) => `${node.split("/").at(-1)} ${problem}; ${advice}`,
  );

describe("the fleet's warnings", () => {
  test("are none for a node that is well", () => {
    expect(warn(well)).toEqual([]);
  });

  test("name a node that is away for more than a minute, and what to do on its host", () => {
    const away = { ...well, connected: false, lastContactTime: at(NOW - 61_000) };
    expect(warn(away)).toEqual([
      expect.stringMatching(/^build-1 is not connected.*systemctl status keyhold-agent.*keyhold doctor/),
    ]);
    expect(warn({ ...away, lastContactTime: at(NOW - 59_000) })).toEqual([]);
  });

  test("name a certificate that is not renewed, and one that has ended", () => {
    expect(warn({ ...well, certificateExpireTime: at(NOW + 5 * HOUR) })).toEqual([
      expect.stringMatching(/has not renewed.*clock/),
    ]);
    expect(warn({ ...well, certificateExpireTime: at(NOW - 1) })).toEqual([
      expect.stringMatching(/has ended.*enrols again by itself/),
    ]);
  });

  test("name an older agent, by numbers and not by letters", () => {
    const older = { ...well, name: "organizations/acme/nodes/build-2", agentVersion: "0.9.1" };
    expect(warn(well, older)).toEqual([
      expect.stringMatching(/^build-2 runs agent 0.9.1, others run 0.10.0; upgrade it/),
    ]);
  });

  test("say nothing of a node that is revoked", () => {
    expect(
      warn({ ...well, connected: false, revokeTime: at(NOW - HOUR), agentVersion: "0.1.0" }, well),
    ).toEqual([]);
  });
});
