import { useParams } from "wouter";
import { ScopeActions } from "../secrets/scope-actions.tsx";
import { ScopeDialogs } from "../secrets/scope-dialogs.tsx";
import { ScopeSecrets } from "../secrets/scope-secrets.tsx";
import { useMayWrite } from "../session/may-write.ts";
import { ProjectHeader } from "./project-header.tsx";

export default function ProjectSecretsPage() {
  const { organization, project } = useParams<"/:organization/:project">();
  const scope = `organizations/${organization}/projects/${project}`;
  const mayWrite = useMayWrite(scope);
  return (
    <>
      <ProjectHeader project={scope} actions={mayWrite && <ScopeActions scope={scope} />} />
      <ScopeSecrets
        scope={scope}
        teaches="What everyone on this project shares belongs here: the address of its database, its certificate. Maintainers and admins write it, members see the names."
      />
      <ScopeDialogs scope={scope} />
    </>
  );
}
