/** Milliseconds. The server says at least every 30 seconds how much it has heard; twice that, and something is lost. */
const PATIENCE = 75_000;

/**
 * Whether the control plane has heard everything that was said on one stream. A transport that loses a request leaves a target
 * unwatched or a report unknown, and nothing else would show it.
 */
export class Unheard {
  #said = 0;
  #heard = 0;
  /** Of the last request, in the clock's milliseconds. */
  #since = 0;

  said(now: number): void {
    this.#said += 1;
    this.#since = now;
  }

  /** @param count requests of this stream that the control plane has received; 0 from one that does not count */
  heard(count: number): void {
    this.#heard = count;
  }

  /** Too few, or one twice: either way both sides do not mean the same any more. */
  isOverdue(now: number): boolean {
    return this.#heard !== 0 && this.#heard !== this.#said && now - this.#since >= PATIENCE;
  }
}
