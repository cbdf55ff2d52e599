export interface Output {
  write(text: string): unknown;
}

/**
 * Tells the story, a line at a time. A step does something and says how long it took; a claim is looked at and is true or not.
 * Both stop at once, before and after their work, when the signal is aborted: then the story unwinds what it has started.
 */
export class Narrator {
  readonly #out: Output;
  readonly #signal: AbortSignal;
  #broken = 0;

  constructor(out: Output, signal: AbortSignal) {
    this.#out = out;
    this.#signal = signal;
  }

  /** How many claims did not hold. */
  get broken(): number {
    return this.#broken;
  }

  line(text = ""): void {
    this.#out.write(`${text}\n`);
  }

  chapter(title: string): void {
    this.line();
    this.line(title);
  }

  command(...words: readonly string[]): void {
    this.line(`  $ ${words.join(" ")}`);
  }

  /** @param describe the line, from what the work returned */
  async step<T>(describe: string | ((result: T) => string), work: () => Promise<T>): Promise<T> {
    this.#signal.throwIfAborted();
    const start = performance.now();
    const result = await work();
    const took = performance.now() - start;
    this.line(`  · ${typeof describe === "string" ? describe : describe(result)}${duration(took)}`);
    this.#signal.throwIfAborted();
    return result;
  }

  /** @param look returns undefined if the claim holds, else what was seen instead (never a value) */
  async claim(text: string, look: () => Promise<string | undefined>): Promise<void> {
    this.#signal.throwIfAborted();
    const seen = await look().catch((thrown: unknown) =>
      thrown instanceof Error ? thrown.message : String(thrown),
    );
    this.#signal.throwIfAborted();
    if (seen === undefined) return this.line(`  ✓ ${text}`);
    this.#broken += 1;
    this.line(`  ✗ ${text}`);
    this.line(`      but: ${seen}`);
  }
}

function duration(milliseconds: number): string {
  return milliseconds < 100 ? "" : ` (${(milliseconds / 1000).toFixed(1)} s)`;
}

/** Asks again until the answer is undefined or the time is up. @returns the last answer */
export async function settles(
  look: () => Promise<string | undefined>,
  limit: number,
  pause = 20,
): Promise<string | undefined> {
  const end = performance.now() + limit;
  for (;;) {
    const seen = await look();
    if (seen === undefined || performance.now() > end) return seen;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
