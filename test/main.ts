import { runSuite } from "./suite/suite.ts";

process.exitCode = await runSuite(process.argv.slice(2), process.stdout);
