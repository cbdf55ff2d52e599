import { docker, startTestEngine } from "./engine.ts";

/**
 * A process that owns an engine with a running container, a network and a registry, to be killed: what it leaves behind is the
 * sweep's work. Prints the engine's directory when all is running, then waits.
 */
const engine = await startTestEngine();
await docker(engine, "network", "create", "left-behind");
await docker(
  engine,
  "run",
  "-d",
  "--restart=always",
  "--network=left-behind",
  "keyhold/base",
  "sleep",
  "600",
);
await docker(engine, "run", "-d", "-p", "8080", "keyhold/base", "sleep", "600");
process.stdout.write(`${engine.directory}\n`);
setInterval(() => undefined, 1_000);
