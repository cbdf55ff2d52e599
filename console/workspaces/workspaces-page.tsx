import { useParams } from "wouter";
import { idOf, principalLabel } from "../api/names.ts";
import { useList } from "../api/queries.ts";
import type { Workspace } from "../api/types.ts";
import type { Column } from "../parts/column.ts";
import { DataTable } from "../parts/data-table.tsx";
import { BoxIcon } from "../parts/icons.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { PageHeader } from "../parts/page-header.tsx";
import { RowLink } from "../parts/row-link.tsx";
import { EmptyState } from "../parts/states.tsx";
import { Time } from "../parts/time.tsx";
import { Toolbar } from "../parts/toolbar.tsx";

const last = (name: string | undefined) => (name === undefined || name === "" ? "—" : idOf(name));

const COLUMNS: readonly Column<Workspace>[] = [
  {
    id: "name",
    header: "Name",
    value: ({ name = "" }) => idOf(name),
    cell: ({ name = "" }) => <RowLink href={`/${name}`}>{idOf(name)}</RowLink>,
  },
  { id: "owner", header: "Owner", value: ({ owner = "" }) => principalLabel(owner) },
  { id: "project", header: "Project", value: ({ project }) => last(project) },
  { id: "node", header: "Placed on", value: ({ node }) => last(node) },
  {
    id: "created",
    header: "Created",
    searchable: false,
    value: ({ createTime = "" }) => createTime,
    cell: ({ createTime }) => <Time at={createTime} />,
  },
];

export default function WorkspacesPage() {
  const { organization } = useParams<"/:organization">();
  const parent = `organizations/${organization}`;
  const list = useList("WorkspaceService/ListWorkspaces", { parent }, "workspaces");
  return (
    <>
      <PageHeader title="Workspaces">
        A workspace is what containers run for. It gets its own secrets, then its owner’s, its project’s and
        the organization’s; of one name the most specific wins.
      </PageHeader>
      <Loaded query={list}>{(data) => <List workspaces={data} organization={organization} />}</Loaded>
    </>
  );
}

function List({
  workspaces,
  organization,
}: {
  readonly workspaces: readonly Workspace[];
  readonly organization: string;
}) {
  if (workspaces.length === 0) {
    return (
      <EmptyState
        icon={<BoxIcon />}
        title="No workspaces yet"
        commands={[
          `keyhold workspace create ${organization}/ws-1 --project web --owner alice`,
          `docker run --runtime keyhold -l keyhold.workspace=${organization}/ws-1 IMAGE`,
        ]}
      >
        Make one for each environment that somebody works in, then start containers with its label: they get
        what it resolves to before their first instruction.
      </EmptyState>
    );
  }
  return (
    <>
      <Toolbar
        placeholder="Search the workspaces"
        count={workspaces.length === 1 ? "1 workspace" : `${workspaces.length} workspaces`}
      />
      <DataTable label="Workspaces" rows={workspaces} columns={COLUMNS} keyOf={({ name = "" }) => name} />
    </>
  );
}
