import type { ReactNode } from "react";
import { idOf, organizationOf } from "../api/names.ts";
import { PageHeader } from "../parts/page-header.tsx";
import { Tabs } from "../parts/tabs.tsx";

/** Above each view of a project. */
export function ProjectHeader({
  project,
  actions,
}: {
  readonly project: string;
  readonly actions?: ReactNode;
}) {
  const crumbs = [{ label: "Projects", href: `/${organizationOf(project)}/projects` }];
  const tabs = [
    { label: "Secrets", href: `/${project}/secrets` },
    { label: "Build containers", href: `/${project}` },
    { label: "Members", href: `/${project}/members` },
  ];
  return (
    <>
      <PageHeader title={`Project ${idOf(project)}`} crumbs={crumbs} actions={actions} />
      <Tabs label="Project" tabs={tabs} />
    </>
  );
}
