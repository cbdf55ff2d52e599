import { useParams } from "wouter";
import { RunningContainers } from "./running-containers.tsx";
import { WorkspaceHeader } from "./workspace-header.tsx";

export default function ContainersPage() {
  const { organization, workspace } = useParams<"/:organization/:workspace">();
  const name = `organizations/${organization}/workspaces/${workspace}`;
  return (
    <>
      <WorkspaceHeader workspace={name} />
      <RunningContainers target={name} />
    </>
  );
}
