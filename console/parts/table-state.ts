import { useMemo } from "react";
import { useSearchParams } from "wouter";

export interface Sort {
  readonly id: string;
  readonly desc: boolean;
}

/**
 * What a table is searched for, sorted and filtered by: in the address, so that it can be sent to somebody.
 * @param prefix tells a second table of the same page from the first
 */
export function useTableState(prefix = "") {
  const [params, setParams] = useSearchParams();
  const sorting = params.get(`${prefix}sort`) ?? "";
  const sort = useMemo(() => sortOf(sorting), [sorting]);
  /** An empty text takes it out of the address. */
  const set = (name: string, value: string) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        if (value === "") after.delete(name);
        else after.set(name, value);
        return after;
      },
      { replace: true },
    );
  return {
    search: params.get(`${prefix}q`) ?? "",
    setSearch: (text: string) => set(`${prefix}q`, text),
    sort,
    setSort: ([first]: readonly Sort[]) =>
      set(`${prefix}sort`, first === undefined ? "" : `${first.desc ? "-" : ""}${first.id}`),
    filter: (name: string) => params.get(name) ?? "",
    setFilter: set,
  };
}

function sortOf(text: string): readonly Sort[] {
  if (text === "") return [];
  return text.startsWith("-") ? [{ id: text.slice(1), desc: true }] : [{ id: text, desc: false }];
}
