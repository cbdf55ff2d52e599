import { idOf, pageOf, principalLabel, scopeLabel, scopeOf } from "../api/names.ts";
import type { Secret } from "../api/types.ts";
import type { Column } from "../parts/column.ts";
import { RowLink } from "../parts/row-link.tsx";
import { Tag } from "../parts/tag.tsx";
import { Time } from "../parts/time.tsx";
import { kindEntry, kindOf } from "./kinds.ts";
import { Overrides } from "./overrides.tsx";

/** What is known of a secret without its value. */
export const SECRET_COLUMNS: readonly Column<Secret>[] = [
  {
    id: "name",
    header: "Name",
    value: ({ name = "" }) => idOf(name),
    cell: (secret) => <Name secret={secret} />,
  },
  {
    id: "kind",
    header: "Kind",
    value: ({ kind }) => kindEntry(kindOf(kind)).label,
    cell: ({ kind }) => <Tag>{kindEntry(kindOf(kind)).label}</Tag>,
  },
  {
    id: "scope",
    header: "Scope",
    value: ({ name = "" }) => scopeLabel(scopeOf(name)),
    cell: (secret) => <Scope secret={secret} />,
  },
  {
    id: "updated",
    header: "Last updated",
    searchable: false,
    value: ({ updateTime = "" }) => updateTime,
    cell: ({ updateTime }) => <Time at={updateTime} />,
  },
  { id: "updater", header: "Updated by", value: ({ updater = "" }) => principalLabel(updater) },
  { id: "creator", header: "Created by", value: ({ creator = "" }) => principalLabel(creator) },
  {
    id: "overrides",
    header: "Overridden by",
    value: ({ overriddenBy = [] }) => overriddenBy.map(scopeLabel).join(", "),
    cell: ({ overriddenBy = [] }) => <Overrides scopes={overriddenBy} />,
  },
];

function Name({ secret }: { readonly secret: Secret }) {
  const { name = "", deleteTime } = secret;
  return (
    <span>
      <RowLink href={pageOf(name)}>
        <span className="mono">{idOf(name)}</span>
      </RowLink>{" "}
      {deleteTime !== undefined && <Tag tone="bad">deleted</Tag>}
    </span>
  );
}

/** An organization's secret may be for some of its projects and workspaces only. */
function Scope({ secret: { name = "", only = [], onlyOthers = 0, limited } }: { readonly secret: Secret }) {
  const label = scopeLabel(scopeOf(name));
  if (limited === true && only.length === 0 && onlyOthers === 0) {
    return (
      <span title="The projects and workspaces it was limited to are deleted">
        {label} <Tag tone="bad">reaches nothing</Tag>
      </span>
    );
  }
  if (only.length === 0) return label;
  return (
    <span title={only.map(scopeLabel).join(", ")}>
      {label}{" "}
      <Tag tone="accent">
        only {only.length === 1 ? scopeLabel(only[0] ?? "") : `${only.length} selected`}
      </Tag>
    </span>
  );
}
