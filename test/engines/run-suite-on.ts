import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Counts } from "../suite/counting-reporter.ts";
import { countsIn } from "./engine-table.ts";

export interface SuiteOn {
  readonly name: string;
  readonly filters: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly out: { write(text: string): unknown };
}

/** Enough for the closing line. */
const TAIL = 10_000;

/**
 * Runs the suite in a process of its own, because the choice of the engine holds for a whole process.
 * @returns what its closing line says; undefined where it ended without one
 */
export async function runSuiteOn({ name, filters, environment, out }: SuiteOn): Promise<Counts | undefined> {
  const suite = spawn(process.execPath, [join(import.meta.dirname, "../main.ts"), ...filters], {
    env: { ...environment, KEYHOLD_TEST_ENGINE: name },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let tail = "";
  suite.stdout.setEncoding("utf8");
  suite.stdout.on("data", (text: string) => {
    tail = (tail + text).slice(-TAIL);
    out.write(text);
  });
  await once(suite, "close");
  return countsIn(tail);
}
