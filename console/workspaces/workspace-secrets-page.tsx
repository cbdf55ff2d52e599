import { useParams } from "wouter";
import { ScopeActions } from "../secrets/scope-actions.tsx";
import { ScopeDialogs } from "../secrets/scope-dialogs.tsx";
import { ScopeSecrets } from "../secrets/scope-secrets.tsx";
import { useMayWrite } from "../session/may-write.ts";
import { WorkspaceHeader } from "./workspace-header.tsx";

export default function WorkspaceSecretsPage() {
  const { organization, workspace } = useParams<"/:organization/:workspace">();
  const scope = `organizations/${organization}/workspaces/${workspace}`;
  const mayWrite = useMayWrite(scope);
  return (
    <>
      <WorkspaceHeader workspace={scope} actions={mayWrite && <ScopeActions scope={scope} />} />
      <ScopeSecrets
        scope={scope}
        teaches="What only this workspace needs belongs here. It wins over everything of the same name, so a value can be tried here before others get it."
      />
      <ScopeDialogs scope={scope} />
    </>
  );
}
