import {
  createSortedRowModel,
  rowSortingFeature,
  type SortingState,
  sortFn_basic,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { type ReactNode, useMemo } from "react";
import type { Column } from "./column.ts";
import classes from "./data-table.module.css";
import { HeaderCell } from "./header-cell.tsx";
import { TableBody } from "./table-body.tsx";
import { useTableState } from "./table-state.ts";

const FEATURES = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { basic: sortFn_basic },
});
/**
 * Rows, sorted and searched; the state is in the address (`?q=…&sort=-updated`). Of a long list only what is seen is in the page.
 * On a narrow screen every row becomes a block with its columns named.
 */
export function DataTable<Row extends object>(props: {
  /** What the table is of, for screen readers. */
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  /** Shown instead when the search leaves nothing. */
  readonly empty?: ReactNode;
  /** Of a second table of the same page: what its state in the address begins with. */
  readonly prefix?: string;
  /** In a dialog: it scrolls by itself, not with the page. */
  readonly scrolls?: boolean;
}) {
  const { label, rows, columns, keyOf } = props;
  const { search, sort, setSort } = useTableState(props.prefix);
  const found = useMemo(() => searched(rows, columns, search), [rows, columns, search]);
  const table = useTable({
    features: FEATURES,
    data: found as Row[],
    columns: useMemo(() => columns.map(definitionOf), [columns]),
    getRowId: keyOf,
    state: { sorting: sort as SortingState },
    onSortingChange: (change) =>
      setSort(typeof change === "function" ? change(sort as SortingState) : change),
    enableSortingRemoval: false,
  });
  const shown = table.getRowModel().rows.map((row) => row.original);
  if (shown.length === 0 && props.empty !== undefined) return props.empty;
  return (
    <div className={classes.frame} data-scrolls={props.scrolls || undefined}>
      {/* biome-ignore-start lint/a11y/useSemanticElements: blocks on narrow screens lose a table's meaning without roles */}
      {/* biome-ignore-start lint/a11y/noRedundantRoles: as above */}
      <table className={classes.table} role="table" aria-label={label} aria-rowcount={shown.length + 1}>
        <thead role="rowgroup">
          <tr role="row" aria-rowindex={1}>
            {columns.map((column) => (
              <HeaderCell key={column.id} column={column} sort={sort} setSort={setSort} />
            ))}
          </tr>
        </thead>
        <TableBody rows={shown} columns={columns} keyOf={keyOf} scrolls={props.scrolls === true} />
      </table>
      {/* biome-ignore-end lint/a11y/noRedundantRoles: as above */}
      {/* biome-ignore-end lint/a11y/useSemanticElements: as above */}
    </div>
  );
}

function definitionOf<Row extends object>(column: Column<Row>) {
  return { id: column.id, accessorFn: column.value, header: column.header, sortFn: "basic" as const };
}

function searched<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  search: string,
): readonly Row[] {
  const wanted = search.trim().toLowerCase();
  if (wanted === "") return rows;
  const places = columns.filter(({ searchable = true, header }) => searchable && header !== "");
  return rows.filter((row) => places.some(({ value }) => String(value(row)).toLowerCase().includes(wanted)));
}
