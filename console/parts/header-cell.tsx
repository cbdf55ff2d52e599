import type { Column } from "./column.ts";
import classes from "./data-table.module.css";
import { DownIcon, SelectorIcon, UpIcon } from "./icons.tsx";
import type { Sort } from "./table-state.ts";

/** The head of a column: a button that sorts by it, the other way round the second time. */
export function HeaderCell<Row>(props: {
  readonly column: Column<Row>;
  readonly sort: readonly Sort[];
  readonly setSort: (sort: readonly Sort[]) => void;
}) {
  const { id, header, sortable = true } = props.column;
  if (header === "") return <th scope="col" aria-label="Actions" />;
  if (!sortable) return <th scope="col">{header}</th>;
  const current = props.sort.find((each) => each.id === id);
  const direction = current === undefined ? "none" : current.desc ? "descending" : "ascending";
  return (
    <th scope="col" aria-sort={direction}>
      <button
        type="button"
        className={classes.sort}
        data-active={current !== undefined || undefined}
        onClick={() => props.setSort([{ id, desc: direction === "ascending" }])}
      >
        {header}
        {current === undefined ? (
          <SelectorIcon size={13} />
        ) : current.desc ? (
          <DownIcon size={13} />
        ) : (
          <UpIcon size={13} />
        )}
      </button>
    </th>
  );
}
