import {
  createSortedRowModel,
  rowSortingFeature,
  type SortingState,
  sortFn_basic,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useLayoutEffect, useMemo, useRef, useState } from "react";
import classes from "./data-table.module.css";
import { HeaderCell } from "./header-cell.tsx";
import { useTableState } from "./table-state.ts";

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

const FEATURES = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns: { basic: sortFn_basic },
});
const ROW_HEIGHT = 45;
/** Fewer are simply there: for the browser's own search, and for tests. */
const VIRTUAL_FROM = 100;

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
    <div className={classes.frame}>
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
        <Body rows={shown} columns={columns} keyOf={keyOf} />
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

interface BodyProps<Row> {
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
}

function Body<Row>(props: BodyProps<Row>) {
  if (props.rows.length >= VIRTUAL_FROM) return <VirtualBody {...props} />;
  return (
    <tbody>
      {props.rows.map((row, index) => (
        <BodyRow key={props.keyOf(row)} row={row} columns={props.columns} index={index} />
      ))}
    </tbody>
  );
}

function VirtualBody<Row>({ rows, columns, keyOf }: BodyProps<Row>) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    if (body.current !== null) setTop(body.current.getBoundingClientRect().top + window.scrollY);
  }, []);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    scrollMargin: top,
    getItemKey: (index) => keyOf(rows[index] as Row),
  });
  const items = virtual.getVirtualItems();
  const before = (items[0]?.start ?? top) - top;
  const after = virtual.getTotalSize() - ((items.at(-1)?.end ?? top) - top);
  return (
    <tbody ref={body}>
      <Gap height={before} />
      {items.map(({ key, index }) => (
        <BodyRow
          key={String(key)}
          row={rows[index] as Row}
          columns={columns}
          index={index}
          measure={virtual.measureElement}
        />
      ))}
      <Gap height={after} />
    </tbody>
  );
}

/** The height of the rows that are not in the page. */
function Gap({ height }: { readonly height: number }) {
  if (height <= 0) return null;
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a row cannot be focused
    <tr aria-hidden="true" className={classes.gap}>
      <td style={{ height }} />
    </tr>
  );
}

function BodyRow<Row>(props: {
  readonly row: Row;
  readonly columns: readonly Column<Row>[];
  readonly index: number;
  readonly measure?: (element: HTMLElement | null) => void;
}) {
  const { row, columns, index, measure } = props;
  return (
    // biome-ignore-start lint/a11y/useSemanticElements: see DataTable
    // biome-ignore-start lint/a11y/noRedundantRoles: see DataTable
    <tr role="row" aria-rowindex={index + 2} data-index={index} ref={measure}>
      {columns.map(({ id, header, cell, value }) => (
        <td key={id} role="cell" data-label={header} data-column={id}>
          {cell === undefined ? value(row) : cell(row)}
        </td>
      ))}
    </tr>
    // biome-ignore-end lint/a11y/noRedundantRoles: see DataTable
    // biome-ignore-end lint/a11y/useSemanticElements: see DataTable
  );
}
