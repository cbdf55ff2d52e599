import type { Reporter, SerializedError, TestModule } from "vitest/node";

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Counts tests for the closing line. A file that cannot be loaded, and an error outside of any test, count as failed. */
export class CountingReporter implements Reporter {
  #counts: Counts = { passed: 0, failed: 0, skipped: 0 };

  get counts(): Counts {
    return this.#counts;
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state: string) => tests.filter((test) => test.result().state === state).length;
    const broken = modules.flatMap((module) => module.errors()).length + errors.length;
    this.#counts = { passed: count("passed"), failed: count("failed") + broken, skipped: count("skipped") };
  }
}
