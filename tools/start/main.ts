import { start } from "./start.ts";

process.exitCode = await start({
  arguments: process.argv.slice(2),
  out: process.stdout,
  errors: process.stderr,
  signals: process,
  leaveAtOnce: () => process.exit(130),
});
