import { printable } from "./format.ts";

export interface Column<T> {
  readonly title: string;
  readonly cell: (row: T) => string;
}

const GAP = "  ";

/**
 * A table without borders: titles in capitals, columns aligned on the left, no spaces at the ends of lines.
 * @returns the text, with a newline at its end; only titles for no rows
 */
export function formatTable<T>(columns: readonly Column<T>[], rows: readonly T[]): string {
  const titles = columns.map((column) => column.title.toUpperCase());
  const lines = [titles, ...rows.map((row) => columns.map((column) => printable(column.cell(row))))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  return `${lines.map((line) => alignLine(line, widths)).join("\n")}\n`;
}

/** One thing, one line for each of its fields: `Kind:  env`. */
export function formatFields<T>(columns: readonly Column<T>[], row: T): string {
  const width = Math.max(...columns.map((column) => column.title.length + 1));
  return columns
    .map((column) => `${`${column.title}:`.padEnd(width)}${GAP}${printable(column.cell(row))}\n`)
    .join("");
}

function alignLine(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, index) => cell.padEnd(widths[index] ?? 0))
    .join(GAP)
    .trimEnd();
}
