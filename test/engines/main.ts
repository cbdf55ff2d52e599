import { runOnEngines } from "./run-on-engines.ts";

process.exitCode = await runOnEngines({
  words: process.argv.slice(2),
  environment: process.env,
  out: process.stdout,
});
