/** How a benchmark talks: results on `out`, progress elsewhere, so that results can be piped. */
export interface Bench {
  readonly json: boolean;
  readonly out: { write(text: string): unknown };
  readonly progress: { write(text: string): unknown };
}

/** By the word after `npm run bench --`. */
export const benchmarks: Readonly<Record<string, (bench: Bench) => Promise<void>>> = {
  change: async (bench) => (await import("./change.ts")).benchChange(bench),
  hostile: async (bench) => (await import("./hostile/hostile.ts")).benchHostile(bench),
  start: async (bench) => (await import("./start.ts")).benchStart(bench),
};
