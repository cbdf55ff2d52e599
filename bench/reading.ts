import { readFileSync } from "node:fs";
import { parentPort } from "node:worker_threads";

/** What is looked for: each file's path on this host, and the bytes that are to appear in it. */
export interface Wanted {
  readonly paths: readonly string[];
  readonly content: string;
}

/** When each file had them, in the order of the paths: nanoseconds of the machine's monotonic clock. */
export type Seen = readonly bigint[];

/** A worker that looks at files as fast as it can, so that the measured process need not. */
parentPort?.on("message", ({ paths, content }: Wanted) => {
  const seen: bigint[] = [];
  const missing = new Map(paths.map((path, index) => [index, path]));
  while (missing.size > 0) {
    for (const [index, path] of missing) {
      if (read(path) !== content) continue;
      seen[index] = process.hrtime.bigint();
      missing.delete(index);
    }
  }
  parentPort?.postMessage(seen);
});

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // Between two generations, or its process is being replaced.
    return undefined;
  }
}
