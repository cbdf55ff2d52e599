import { KeyholdError } from "../common/errors.ts";
import { benchmarks } from "./benchmarks.ts";

const [name = "", ...rest] = process.argv.slice(2);
const benchmark = benchmarks[name];
if (benchmark === undefined) {
  process.stderr.write(`usage: npm run bench -- ${Object.keys(benchmarks).join("|")} [--json]\n`);
  process.exitCode = 2;
} else {
  try {
    await benchmark({ json: rest.includes("--json"), out: process.stdout, progress: process.stderr });
  } catch (thrown) {
    process.stderr.write(`keyhold: ${KeyholdError.from(thrown, `bench ${name}`).describe()}\n`);
    process.exitCode = 1;
  }
}
