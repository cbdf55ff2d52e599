/** Times of two ways of doing the same, taken in turns, in milliseconds. */
export interface Pairs {
  readonly ours: readonly number[];
  readonly plain: readonly number[];
}

export interface Comparison {
  /** Medians in milliseconds. */
  readonly ours: number;
  readonly plain: number;
  /** Of the medians. */
  readonly ratio: number;
  /** Median of the pairs' differences, in milliseconds: less moved by what else the machine does than the difference of medians. */
  readonly difference: number;
  readonly pairs: number;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = Number.NaN, high = Number.NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}

/** The smallest value that at least this share of all is not above. @param percent 0 to 100 */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? Number.NaN;
}

export function compare({ ours, plain }: Pairs): Comparison {
  const differences = ours.map((value, index) => value - (plain[index] ?? Number.NaN));
  return {
    ours: median(ours),
    plain: median(plain),
    ratio: median(ours) / median(plain),
    difference: median(differences),
    pairs: ours.length,
  };
}

/**
 * Takes turns, and takes turns at going first, so that neither side profits from a warm cache or a quiet moment.
 * One pair before the first is thrown away.
 */
export async function measurePairs(
  count: number,
  ours: () => Promise<unknown>,
  plain: () => Promise<unknown>,
): Promise<Pairs> {
  const result = { ours: [] as number[], plain: [] as number[] };
  for (let round = -1; round < count; round += 1) {
    const sides = [
      { times: result.ours, action: ours },
      { times: result.plain, action: plain },
    ];
    for (const side of round % 2 === 0 ? sides : sides.reverse()) {
      const took = await timed(side.action);
      if (round >= 0) side.times.push(took);
    }
  }
  return result;
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}
