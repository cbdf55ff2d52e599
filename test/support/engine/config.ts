import type { Engine } from "../../../tools/engine/engine.ts";

/**
 * Points testcontainers at a private engine. It takes its settings from the environment, once for each process, which is why test
 * files with containers of their own run isolated.
 * Throws if this process uses another engine already: its containers would be started there.
 */
export function useTestcontainers(engine: Pick<Engine, "socket">): void {
  const host = `unix://${engine.socket}`;
  const current = process.env.DOCKER_HOST;
  if (process.env.KEYHOLD_TESTCONTAINERS === "yes" && current !== host) {
    throw new Error(
      `testcontainers of this process are on ${current}; give this file a process of its own (isolate: true)`,
    );
  }
  process.env.KEYHOLD_TESTCONTAINERS = "yes";
  process.env.DOCKER_HOST = host;
  // Its reaper is an image that cannot be pulled here; the engine's own sweep does that work.
  process.env.TESTCONTAINERS_RYUK_DISABLED = "true";
  // Published ports are on loopback. Inside a container it would look for them at the bridge's gateway.
  process.env.TESTCONTAINERS_HOST_OVERRIDE = "127.0.0.1";
}
