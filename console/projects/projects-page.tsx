import { useParams } from "wouter";
import { idOf, principalLabel } from "../api/names.ts";
import { useList } from "../api/queries.ts";
import type { Project } from "../api/types.ts";
import type { Column } from "../parts/column.ts";
import { DataTable } from "../parts/data-table.tsx";
import { FolderIcon } from "../parts/icons.tsx";
import { PageHeader } from "../parts/page-header.tsx";
import { RowLink } from "../parts/row-link.tsx";
import { EmptyState, ErrorState, Loading } from "../parts/states.tsx";
import { Time } from "../parts/time.tsx";
import { Toolbar } from "../parts/toolbar.tsx";

const COLUMNS: readonly Column<Project>[] = [
  {
    id: "name",
    header: "Name",
    value: ({ name = "" }) => idOf(name),
    cell: ({ name = "" }) => <RowLink href={`/${name}/secrets`}>{idOf(name)}</RowLink>,
  },
  { id: "title", header: "Title", value: ({ displayName = "" }) => displayName || "—" },
  {
    id: "created",
    header: "Created",
    searchable: false,
    value: ({ createTime = "" }) => createTime,
    cell: ({ createTime }) => <Time at={createTime} />,
  },
  { id: "creator", header: "Created by", value: ({ creator = "" }) => principalLabel(creator) },
];

export default function ProjectsPage() {
  const { organization } = useParams<"/:organization">();
  const list = useProjects(`organizations/${organization}`);
  return (
    <>
      <PageHeader title="Projects">
        A project holds what everyone who works on it shares. Its workspaces get its secrets, and so do
        containers that are built for it.
      </PageHeader>
      <Content list={list} organization={organization} />
    </>
  );
}

function Content({
  list,
  organization,
}: {
  readonly list: ReturnType<typeof useProjects>;
  readonly organization: string;
}) {
  if (list.error !== null) return <ErrorState error={list.error} retry={list.refetch} />;
  if (list.data === undefined) return <Loading />;
  if (list.data.length === 0) {
    return (
      <EmptyState
        icon={<FolderIcon />}
        title="No projects yet"
        commands={[`keyhold project create ${organization}/web`]}
      >
        Group workspaces that need the same secrets, such as the database of one application, into a project.
      </EmptyState>
    );
  }
  return (
    <>
      <Toolbar placeholder="Search the projects" count={`${list.data.length} projects`} />
      <DataTable label="Projects" rows={list.data} columns={COLUMNS} keyOf={({ name = "" }) => name} />
    </>
  );
}

function useProjects(parent: string) {
  return useList("ProjectService/ListProjects", { parent }, "projects");
}
