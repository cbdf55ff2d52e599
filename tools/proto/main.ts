import { generateTypes, staleTypes } from "./generate.ts";

if (process.argv.includes("--check")) {
  const stale = await staleTypes();
  if (stale.length > 0) {
    process.stderr.write(`generated types are stale: ${stale.join(", ")}; run: npm run generate\n`);
    process.exitCode = 1;
  }
} else {
  await generateTypes();
}
