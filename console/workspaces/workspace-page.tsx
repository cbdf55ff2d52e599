import { useParams } from "wouter";
import { EffectiveSet } from "./effective-set.tsx";
import { RunningContainers } from "./running-containers.tsx";
import { WorkspaceHeader } from "./workspace-header.tsx";

/** What its containers get and why, and which of them have it, as it happens. */
export default function WorkspacePage() {
  const { organization, workspace } = useParams<"/:organization/:workspace">();
  const name = `organizations/${organization}/workspaces/${workspace}`;
  return (
    <>
      <WorkspaceHeader workspace={name} />
      <EffectiveSet target={name} />
      <RunningContainers target={name} />
    </>
  );
}
