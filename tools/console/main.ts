import { ensureConsole } from "./build.ts";

/** `npm run console:build` */
const built = await ensureConsole();
process.stdout.write(built ? "the console is built\n" : "the console is up to date\n");
