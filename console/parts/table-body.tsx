import { useVirtualizer, useWindowVirtualizer, type Virtualizer } from "@tanstack/react-virtual";
import { type RefObject, useLayoutEffect, useRef, useState } from "react";
import type { Column } from "./column.ts";
import classes from "./data-table.module.css";

const ROW_HEIGHT = 45;
const OVERSCAN = 12;
/** Fewer are simply there: for the browser's own search. */
const VIRTUAL_FROM = 100;

interface Props<Row> {
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  readonly scrolls: boolean;
}

/** The rows of a table; of many only those that are seen. */
export function TableBody<Row>(props: Props<Row>) {
  if (props.rows.length >= VIRTUAL_FROM) {
    return props.scrolls ? <RowsInBox {...props} /> : <RowsInPage {...props} />;
  }
  return (
    <tbody>
      {props.rows.map((row, index) => (
        <BodyRow key={props.keyOf(row)} row={row} columns={props.columns} index={index} />
      ))}
    </tbody>
  );
}

function RowsInPage<Row>(props: Props<Row>) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    if (body.current !== null) setTop(body.current.getBoundingClientRect().top + window.scrollY);
  }, []);
  const virtual = useWindowVirtualizer<HTMLTableRowElement>({ ...optionsOf(props), scrollMargin: top });
  return <SeenRows {...props} body={body} virtual={virtual} top={top} />;
}

function RowsInBox<Row>(props: Props<Row>) {
  const body = useRef<HTMLTableSectionElement>(null);
  const virtual = useVirtualizer<HTMLElement, HTMLTableRowElement>({
    ...optionsOf(props),
    getScrollElement: () => body.current?.closest<HTMLElement>("[data-scrolls]") ?? null,
  });
  return <SeenRows {...props} body={body} virtual={virtual} top={0} />;
}

function optionsOf<Row>({ rows, keyOf }: Props<Row>) {
  return {
    count: rows.length,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    getItemKey: (index: number) => keyOf(rows[index] as Row),
  };
}

function SeenRows<Row, Box extends Element | Window>(
  props: Props<Row> & {
    readonly body: RefObject<HTMLTableSectionElement | null>;
    readonly virtual: Virtualizer<Box, HTMLTableRowElement>;
    readonly top: number;
  },
) {
  const { rows, columns, body, virtual, top } = props;
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
  readonly measure?: (element: HTMLTableRowElement | null) => void;
}) {
  const { row, columns, index, measure } = props;
  return (
    // biome-ignore-start lint/a11y/useSemanticElements: see DataTable
    // biome-ignore-start lint/a11y/noRedundantRoles: see DataTable
    <tr role="row" aria-rowindex={index + 2} data-index={index} ref={measure}>
      {columns.map(({ id, header, cell, value }) => (
        <td key={id} role="cell" data-label={header} data-column={id}>
          <div className={classes.cell}>{cell === undefined ? value(row) : cell(row)}</div>
        </td>
      ))}
    </tr>
    // biome-ignore-end lint/a11y/noRedundantRoles: see DataTable
    // biome-ignore-end lint/a11y/useSemanticElements: see DataTable
  );
}
