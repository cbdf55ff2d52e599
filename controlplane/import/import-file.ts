import type { SecretValue } from "../../common/secret-value.ts";
import type { LineProblem } from "./problems.ts";

/** How a file of secrets is written. */
export type ImportFormat = "env" | "json" | "yaml";

/** One name with its value in a file of any format. */
export interface ImportEntry {
  readonly name: string;
  readonly value: SecretValue;
  /** The line of the name, from 1. */
  readonly line: number;
  /** What was read as written and may have been meant otherwise, in sentences; never the value. */
  readonly warnings: readonly string[];
}

/** What was read from one file. */
export interface ParsedFile {
  /** In the order of the file, names given twice included. */
  readonly entries: readonly ImportEntry[];
  /** In the order of the file. The lines that they name have no entry. */
  readonly problems: readonly LineProblem[];
}

/** The most bytes that one file may have. */
export const MAX_IMPORT_BYTES = 1024 * 1024;
