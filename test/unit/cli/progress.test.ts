import { Writable } from "node:stream";
import { describe, expect, test } from "vitest";
import { Progress } from "../../../cli/output/progress.ts";

function screen(options: { isTTY?: boolean; columns?: number } = {}) {
  const written: string[] = [];
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      written.push(String(chunk));
      done();
    },
  });
  return { screen: Object.assign(stream, options), written };
}

describe("progress", () => {
  test("on a terminal is a bar that is drawn over itself, fits the line and goes at the end", () => {
    const { screen: terminal, written } = screen({ isTTY: true, columns: 40 });
    const progress = new Progress(terminal, false);
    progress.show(0, 4, "0 of 4");
    progress.show(3, 4, "3 of 4, and so mch more to say that it does not fit");
    progress.end("4 of 4");
    progress.end();
    const clear = "\r\u001b[K";
    expect(written).toEqual([
      `${clear}[--------------------] 0 of 4`,
      `${clear}[###############-----] 3 of 4, and so m`,
      clear,
      "4 of 4\n",
    ]);
    expect(written[1]).toHaveLength(clear.length + 39);
  });

  test("elsewhere is a line for whatever is new, without what moves a cursor", () => {
    const { screen: pipe, written } = screen();
    const progress = new Progress(pipe, false);
    for (const text of ["0 of 1", "0 of 1", "1 of 1; \u001b[2J"]) progress.show(0, 1, text);
    progress.end("1 of 1; \u001b[2J");
    expect(written).toEqual(["0 of 1\n", "1 of 1; \\x1b[2J\n"]);
  });

  test("is full where there is nothing to wait for, and silent for programs", () => {
    const { screen: terminal, written } = screen({ isTTY: true });
    new Progress(terminal, false).show(0, 0, "nobody");
    expect(written[0]).toContain("[####################] nobody");
    const quiet = screen({ isTTY: true });
    const silent = new Progress(quiet.screen, true);
    silent.show(1, 2, "x");
    silent.end("x");
    expect(quiet.written).toEqual([]);
  });
});
