import type { ReactNode } from "react";
import { idOf, organizationOf, principalLabel } from "../api/names.ts";
import { useRead } from "../api/queries.ts";
import { PageHeader } from "../parts/page-header.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { useSession } from "../session/session.ts";

/** Above each view of a workspace. Its own secrets are its owner's alone. */
export function WorkspaceHeader({
  workspace,
  actions,
}: {
  readonly workspace: string;
  readonly actions?: ReactNode;
}) {
  const { data } = useRead("WorkspaceService/GetWorkspace", { name: workspace });
  const { principal } = useSession();
  const crumbs = [{ label: "Workspaces", href: `/${organizationOf(workspace)}/workspaces` }];
  const tabs = [
    { label: "Effective set", href: `/${workspace}` },
    ...(data?.owner === principal ? [{ label: "Own secrets", href: `/${workspace}/secrets` }] : []),
    { label: "Containers", href: `/${workspace}/containers` },
  ];
  return (
    <>
      <PageHeader title={`Workspace ${idOf(workspace)}`} crumbs={crumbs} actions={actions}>
        {data !== undefined && wordsOf(data)}
      </PageHeader>
      <Tabs label="Workspace" tabs={tabs} />
    </>
  );
}

function wordsOf({
  owner = "",
  project = "",
  node = "",
}: {
  readonly owner?: string | undefined;
  readonly project?: string | undefined;
  readonly node?: string | undefined;
}): string {
  const whose = `Of ${principalLabel(owner)}, ${project === "" ? "in no project" : `in the project ${idOf(project)}`}`;
  return `${whose}; ${node === "" ? "not placed yet: the first node that asks for it gets it" : `placed on the node ${idOf(node)}`}.`;
}
