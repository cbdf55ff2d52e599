import type { Writable } from "node:stream";
import { printable } from "./format.ts";

/** Standard error: a terminal or not. */
export type Screen = Writable & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
};

const BAR = 20;
const USUAL_WIDTH = 80;
const CLEAR_LINE = "\r\u001b[K";

/** How far something has come: a bar that is drawn over itself on a terminal, elsewhere a line for whatever is new. */
export class Progress {
  readonly #screen: Screen;
  readonly #isSilent: boolean;
  #last = "";

  constructor(screen: Screen, isSilent: boolean) {
    this.#screen = screen;
    this.#isSilent = isSilent;
  }

  show(done: number, total: number, text: string): void {
    const sentence = printable(text);
    if (this.#isSilent || sentence === this.#last) return;
    this.#last = sentence;
    if (this.#screen.isTTY !== true) {
      this.#screen.write(`${sentence}\n`);
      return;
    }
    // One column stays free: a full line would break, and could not be drawn over.
    const width = (this.#screen.columns ?? USUAL_WIDTH) - 1;
    this.#screen.write(`${CLEAR_LINE}${`${bar(done, total)} ${sentence}`.slice(0, width)}`);
  }

  /** The bar goes; what is said last stays, once. */
  end(text?: string): void {
    if (this.#isSilent) return;
    const isBar = this.#screen.isTTY === true && this.#last !== "";
    if (isBar) this.#screen.write(CLEAR_LINE);
    if (text !== undefined && (isBar || printable(text) !== this.#last))
      this.#screen.write(`${printable(text)}\n`);
    this.#last = "";
  }
}

function bar(done: number, total: number): string {
  const full = total === 0 ? BAR : Math.floor((BAR * done) / total);
  return `[${"#".repeat(full)}${"-".repeat(BAR - full)}]`;
}
