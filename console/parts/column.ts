import type { ReactNode } from "react";

/** A column, said without the table library. */
export interface Column<Row> {
  readonly id: string;
  /** Empty for a column of actions. */
  readonly header: string;
  /** What is sorted and searched by. */
  readonly value: (row: Row) => string | number;
  /** What is shown; left out, the value. */
  readonly cell?: (row: Row) => ReactNode;
  readonly sortable?: boolean;
  /** Not searched in: times and numbers. */
  readonly searchable?: boolean;
}
