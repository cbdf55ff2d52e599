import { KeyholdError } from "../../common/errors.ts";

/** What is wrong with one line of a file. The message never holds text of the file that could be a value. */
export interface LineProblem {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

const LISTED = 20;
/**
 * Characters of the whole list: 20 problems of the usual length. An error's message crosses the wire once percent-encoded
 * and twice as base64, and many gRPC clients refuse more than 8 KiB of trailers. For the same reason no `field` is named,
 * which would send it a fourth time: a file has only one.
 */
const LIST_LENGTH = 1800;
const MESSAGE_LENGTH = 300;

/** A file's problems as one error `invalid`, in the order of the file, a line for each: the first 20 at most. */
export function unacceptable(problems: readonly LineProblem[]): KeyholdError {
  const sorted = problems.toSorted((a, b) => a.line - b.line);
  const lines = firstThatFit(sorted.slice(0, LISTED).map(describeProblem));
  const more = sorted.length - lines.length;
  if (more > 0) lines.push(`and ${more} more ${more === 1 ? "problem" : "problems"}`);
  return new KeyholdError({
    code: "invalid",
    message: `the .env file cannot be imported, and nothing was:\n${lines.join("\n")}`,
    next: "correct the file and import it again",
  });
}

function describeProblem({ line, message }: LineProblem): string {
  const fits = message.length <= MESSAGE_LENGTH;
  return `line ${line}: ${fits ? message : `${message.slice(0, MESSAGE_LENGTH - 3)}...`}`;
}

function firstThatFit(lines: readonly string[]): string[] {
  let length = 0;
  const tooMany = lines.findIndex((line) => {
    length += line.length + 1;
    return length > LIST_LENGTH;
  });
  return tooMany < 0 ? [...lines] : lines.slice(0, tooMany);
}
