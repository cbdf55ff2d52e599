import { KeyholdError } from "../../common/errors.ts";
import { ensureConsole } from "./build.ts";

/** `npm run console:build`; before `keyhold server start` from a clone as well. Says nothing where nothing has to be done. */
try {
  if (await ensureConsole()) process.stdout.write("keyhold: the console is built\n");
} catch (thrown) {
  process.stderr.write(`keyhold: ${KeyholdError.from(thrown, "the console").describe()}\n`);
  process.exitCode = 1;
}
