import { defineConfig } from "vitest/config";

/**
 * Three projects, one after the other: `unit` (pure, no I/O), `integration` (processes, sockets, databases on this machine; what
 * attackers try is in test/attack) and
 * `e2e` (a private Docker Engine). Isolation costs 0.1 s a file and buys nothing where no module has state, so it is off for the
 * first two; testcontainers keeps one engine per process, and each e2e file has an engine of its own.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          isolate: false,
          sequence: { groupOrder: 0 },
          // A safety net, no measure: thousands of random schedules take seconds on a machine that does a lot else.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: "integration",
          include: ["test/integration/**/*.test.ts", "test/attack/**/*.test.ts"],
          isolate: false,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          isolate: true,
          // More than there are cores: these tests mostly wait, for engines, containers and their health.
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
          testTimeout: 60_000,
          hookTimeout: 90_000,
        },
      },
    ],
  },
});
