import { Button, Group, Switch } from "@mantine/core";
import { type ReactNode, useMemo } from "react";
import { shortName } from "../api/names.ts";
import { useList } from "../api/queries.ts";
import type { Secret } from "../api/types.ts";
import { DataTable } from "../parts/data-table.tsx";
import { KeyIcon } from "../parts/icons.tsx";
import { EmptyState, ErrorState, Loading } from "../parts/states.tsx";
import { useTableState } from "../parts/table-state.ts";
import { Filter, Toolbar } from "../parts/toolbar.tsx";
import { useMayWrite } from "../session/may-write.ts";
import { KINDS, kindEntry, kindOf } from "./kinds.ts";
import { ScopeActions } from "./scope-actions.tsx";
import { SECRET_COLUMNS } from "./secret-columns.tsx";

const KIND_OPTIONS = [
  { value: "", label: "All kinds" },
  ...KINDS.map((kind) => ({ value: kind, label: kindEntry(kind).label })),
];
const keyOf = ({ name = "" }: Secret) => name;

/** The secrets stored at a scope: the table, what narrows it down, and what is there instead while it is empty. */
export function ScopeSecrets({ scope, teaches }: { readonly scope: string; readonly teaches: ReactNode }) {
  const { filter, setFilter, search, setSearch } = useTableState();
  const showDeleted = filter("deleted") === "yes";
  const list = useList("SecretService/ListSecrets", { parent: scope, showDeleted: true }, "secrets");
  const kind = filter("kind");
  const rows = useMemo(
    () =>
      list.data?.filter(
        ({ kind: own, deleteTime }) =>
          (showDeleted || deleteTime === undefined) && (kind === "" || kindOf(own) === kind),
      ) ?? [],
    [list.data, kind, showDeleted],
  );
  if (list.error !== null) return <ErrorState error={list.error} retry={list.refetch} />;
  if (list.data === undefined) return <Loading what="Reading the secrets" />;
  const deleted = list.data.filter(({ deleteTime }) => deleteTime !== undefined).length;
  const stored = list.data.length - (showDeleted ? 0 : deleted);
  if (list.data.length === 0) return <NoSecrets scope={scope}>{teaches}</NoSecrets>;
  const clear = () => {
    setSearch("");
    setFilter("kind", "");
  };
  return (
    <>
      <Toolbar placeholder="Search the secrets" count={countOf(rows.length, stored)}>
        <Filter label="Kind" name="kind" options={KIND_OPTIONS} />
        <Switch
          label="Show deleted"
          checked={showDeleted}
          onChange={(event) => setFilter("deleted", event.currentTarget.checked ? "yes" : "")}
        />
      </Toolbar>
      <DataTable
        label="Secrets"
        rows={rows}
        columns={SECRET_COLUMNS}
        keyOf={keyOf}
        empty={
          stored === 0 ? (
            <OnlyDeleted deleted={deleted} show={() => setFilter("deleted", "yes")} />
          ) : (
            <NothingFound search={search} clear={clear} />
          )
        }
      />
    </>
  );
}

/** `2 of 9 secrets` while a filter hides some. */
function countOf(shown: number, all: number): string {
  const secrets = all === 1 ? "1 secret" : `${all.toLocaleString("en")} secrets`;
  return shown === all ? secrets : `${shown.toLocaleString("en")} of ${secrets}`;
}

function OnlyDeleted({ deleted, show }: { readonly deleted: number; readonly show: () => void }) {
  return (
    <EmptyState icon={<KeyIcon />} title="No secrets" action={<Button onClick={show}>Show deleted</Button>}>
      {deleted === 1 ? "1 deleted secret can be restored." : `${deleted} deleted ones can be restored.`}
    </EmptyState>
  );
}

function NothingFound({ search, clear }: { readonly search: string; readonly clear: () => void }) {
  return (
    <EmptyState
      icon={<KeyIcon />}
      title="No secret matches"
      action={<Button onClick={clear}>Show all</Button>}
    >
      {search === "" ? "None is of this kind." : `None has “${search}” in its name, kind, scope or people.`}
    </EmptyState>
  );
}

function NoSecrets({ scope, children }: { readonly scope: string; readonly children: ReactNode }) {
  const mayWrite = useMayWrite(scope);
  const short = shortName(scope);
  return (
    <EmptyState
      icon={<KeyIcon />}
      title="No secrets yet"
      action={
        mayWrite ? (
          <Group justify="center">
            <ScopeActions scope={scope} />
          </Group>
        ) : null
      }
      commands={[`keyhold secret set ${short} API_KEY`, `keyhold secret import ${short} .env`]}
    >
      {children}
    </EmptyState>
  );
}
