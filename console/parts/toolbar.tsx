import { CloseButton, SegmentedControl, TextInput } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import { SearchIcon } from "./icons.tsx";
import { useTableState } from "./table-state.ts";
import classes from "./toolbar.module.css";

/** Above a table: its search, its filters, how many rows there are. */
export function Toolbar(props: {
  readonly placeholder: string;
  readonly children?: ReactNode;
  readonly count: string;
}) {
  return (
    <div className={classes.toolbar}>
      <SearchField placeholder={props.placeholder} />
      {props.children}
      <span className={classes.count} role="status">
        {props.count}
      </span>
    </div>
  );
}

/** Typed text counts at once; the address follows when the typing pauses. */
function SearchField({ placeholder }: { readonly placeholder: string }) {
  const { search, setSearch } = useTableState();
  const [text, setText] = useState(search);
  useEffect(() => setText(search), [search]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is typed starts the pause again
  useEffect(() => {
    if (text === search) return;
    const timer = setTimeout(() => setSearch(text), 120);
    return () => clearTimeout(timer);
  }, [text]);
  const clear = <CloseButton aria-label="Clear the search" size="sm" onClick={() => setText("")} />;
  return (
    <TextInput
      className={classes.search}
      type="search"
      aria-label={placeholder}
      placeholder={placeholder}
      leftSection={<SearchIcon size={16} />}
      rightSection={text === "" ? null : clear}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      spellCheck={false}
    />
  );
}

/** One of a few values of a column; the first, empty, stands for all. */
export function Filter(props: {
  readonly label: string;
  readonly name: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}) {
  const { filter, setFilter } = useTableState();
  return (
    <SegmentedControl
      className={classes.filter}
      size="xs"
      aria-label={props.label}
      transitionDuration={0}
      data={props.options.map(({ value, label }) => ({ value, label }))}
      value={filter(props.name)}
      onChange={(value) => setFilter(props.name, value)}
    />
  );
}
