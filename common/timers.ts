/** Where time comes from. Tests replace it with a clock that they turn by hand. */
export interface Timers {
  /** Milliseconds since an arbitrary origin. Never goes back. */
  now(): number;
  /**
   * Calls `run` once after that many milliseconds.
   * @returns cancels the call
   */
  after(milliseconds: number, run: () => void): () => void;
}

export const SYSTEM_TIMERS: Timers = {
  now: () => performance.now(),
  after: (milliseconds, run) => {
    const timer = setTimeout(run, milliseconds);
    return () => clearTimeout(timer);
  },
};
