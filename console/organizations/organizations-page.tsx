import { Redirect } from "wouter";
import { idOf } from "../api/names.ts";
import { useList } from "../api/queries.ts";
import type { Organization } from "../api/types.ts";
import type { Column } from "../parts/column.ts";
import { DataTable } from "../parts/data-table.tsx";
import { BuildingIcon } from "../parts/icons.tsx";
import { PageHeader } from "../parts/page-header.tsx";
import { RowLink } from "../parts/row-link.tsx";
import { EmptyState, ErrorState, Loading } from "../parts/states.tsx";
import { Time } from "../parts/time.tsx";

const COLUMNS: readonly Column<Organization>[] = [
  {
    id: "name",
    header: "Name",
    value: ({ name = "" }) => idOf(name),
    cell: ({ name = "" }) => <RowLink href={`/${name}/secrets`}>{idOf(name)}</RowLink>,
  },
  {
    id: "created",
    header: "Created",
    value: ({ createTime = "" }) => createTime,
    cell: ({ createTime }) => <Time at={createTime} />,
  },
];

/** Where one begins: with one organization it is skipped. */
export default function OrganizationsPage() {
  const list = useList("OrganizationService/ListOrganizations", {}, "organizations");
  if (list.error !== null) return <ErrorState error={list.error} retry={list.refetch} />;
  if (list.data === undefined) return <Loading />;
  const [only, ...others] = list.data;
  if (only !== undefined && others.length === 0) return <Redirect to={`/${only.name}/secrets`} replace />;
  return (
    <>
      <PageHeader title="Organizations" />
      {only === undefined ? (
        <EmptyState
          icon={<BuildingIcon />}
          title="No organization yet"
          commands={["keyhold org create acme"]}
        >
          An organization holds projects, people, workspaces and their secrets, and nothing of one is visible
          to another. The server’s owner creates them.
        </EmptyState>
      ) : (
        <DataTable label="Organizations" rows={list.data} columns={COLUMNS} keyOf={({ name = "" }) => name} />
      )}
    </>
  );
}
