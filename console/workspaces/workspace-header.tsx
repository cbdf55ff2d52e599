import type { ReactNode } from "react";
import { idOf, organizationOf, principalLabel, shortName } from "../api/names.ts";
import { useRead } from "../api/queries.ts";
import type { Workspace } from "../api/types.ts";
import { PageHeader } from "../parts/page-header.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { Time } from "../parts/time.tsx";
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
        {data !== undefined && <Words workspace={data} />}
      </PageHeader>
      <Tabs label="Workspace" tabs={tabs} />
    </>
  );
}

function Words({ workspace }: { readonly workspace: Workspace }) {
  const { owner = "", project = "" } = workspace;
  const where = project === "" ? "in no project" : `in the project ${idOf(project)}`;
  return (
    <>
      Of {principalLabel(owner)}, {where}; <Placement workspace={workspace} />
    </>
  );
}

/** Who runs the node reads what runs there: the owner sees who placed the workspace, and when. */
function Placement({ workspace }: { readonly workspace: Workspace }) {
  const { name = "", node = "", placedBy = "", placeTime, awaitsConfirmation, released } = workspace;
  if (released) return <>not placed: its node was revoked, and an admin has to place it again.</>;
  if (node === "") return <>not placed yet: the first node that asks for it and may claim it gets it.</>;
  return (
    <>
      placed on the node {idOf(node)}
      {placedBy !== "" && (
        <>
          {" "}
          by {principalLabel(placedBy)} <Time at={placeTime} />
        </>
      )}
      .{" "}
      {awaitsConfirmation && (
        <b>
          Not confirmed: the secrets of its owner are withheld until the owner runs keyhold workspace confirm{" "}
          {shortName(name)}
        </b>
      )}
    </>
  );
}
