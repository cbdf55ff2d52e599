import { KeyholdError } from "../../common/errors.ts";

/** What is wrong with one line of a file. The message never holds text of the file that could be a value. */
export interface LineProblem {
  /** The name of the file, where several were imported together. */
  readonly file?: string | undefined;
  /** From 1. */
  readonly line: number;
  /** The name that the line gives, where it could be read as one. */
  readonly name?: string | undefined;
  readonly message: string;
}

const LISTED = 20;
/**
 * Characters of the whole list: 20 problems of the usual length. An error's message crosses the wire once percent-encoded
 * and twice as base64, and many gRPC clients refuse more than 8 KiB of trailers. For the same reason the error names no `field`,
 * which would repeat the message.
 */
const LIST_LENGTH = 1800;
const MESSAGE_LENGTH = 300;
const FILE_LENGTH = 60;

/** All problems as one error `invalid`, in their order, a line for each: the first 20 at most. */
export function unacceptable(problems: readonly LineProblem[]): KeyholdError {
  const lines = firstThatFit(problems.slice(0, LISTED).map(describeProblem));
  const more = problems.length - lines.length;
  if (more > 0) lines.push(`and ${more} more ${more === 1 ? "problem" : "problems"}`);
  return new KeyholdError({
    code: "invalid",
    message: `nothing was imported, because of these lines:\n${lines.join("\n")}`,
    next: "correct the file and import it again, or leave these lines out with --skip-invalid",
  });
}

function describeProblem({ file, line, message }: LineProblem): string {
  const place = file === undefined || file === "" ? "" : `${file.slice(-FILE_LENGTH)} `;
  const fits = message.length <= MESSAGE_LENGTH;
  return `${place}line ${line}: ${fits ? message : `${message.slice(0, MESSAGE_LENGTH - 3)}...`}`;
}

function firstThatFit(lines: readonly string[]): string[] {
  let length = 0;
  const tooMany = lines.findIndex((line) => {
    length += line.length + 1;
    return length > LIST_LENGTH;
  });
  return tooMany < 0 ? [...lines] : lines.slice(0, tooMany);
}
