import { mkdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { buildNativeHelper } from "../../agent/runtime/native-helper.ts";

/**
 * Compiles the runtime helper to the path given as the only argument, with the flags that set-up uses. For the Dockerfile, whose
 * images want a name without a hash.
 */
const [output] = process.argv.slice(2);
if (output === undefined) throw new Error("usage: node tools/images/compile-helper.ts OUTPUT");
const outputDirectory = dirname(output);
const source = join(import.meta.dirname, "../../agent/runtime/keyhold-runtime.c");
await mkdir(outputDirectory, { recursive: true });
await rename(await buildNativeHelper({ source, outputDirectory }), output);
