import { useParams } from "wouter";
import { PageHeader } from "../parts/page-header.tsx";
import { useMayWrite } from "../session/may-write.ts";
import { ScopeActions } from "./scope-actions.tsx";
import { ScopeDialogs } from "./scope-dialogs.tsx";
import { ScopeSecrets } from "./scope-secrets.tsx";

export default function OrganizationSecretsPage() {
  const { organization } = useParams<"/:organization">();
  const scope = `organizations/${organization}`;
  const mayWrite = useMayWrite(scope);
  return (
    <>
      <PageHeader title="Organization secrets" actions={mayWrite && <ScopeActions scope={scope} />}>
        Every workload of the organization gets them, unless its project, its user or its workspace has one of
        the same name.
      </PageHeader>
      <ScopeSecrets
        scope={scope}
        teaches="What all projects share belongs here: a licence key, the sign-in to the registry. Admins write it, members see the names, workloads get the values."
      />
      <ScopeDialogs scope={scope} />
    </>
  );
}
