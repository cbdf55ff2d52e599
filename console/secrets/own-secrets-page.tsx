import { useParams } from "wouter";
import { PageHeader } from "../parts/page-header.tsx";
import { useMayWrite } from "../session/may-write.ts";
import { useSession } from "../session/session.ts";
import { ScopeActions } from "./scope-actions.tsx";
import { ScopeDialogs } from "./scope-dialogs.tsx";
import { ScopeSecrets } from "./scope-secrets.tsx";

/** "My secrets"; another's are not visible to anybody, and the server says so. */
export default function OwnSecretsPage() {
  const { organization, user } = useParams<"/:organization/:user">();
  const scope = `organizations/${organization}/users/${user}`;
  const mayWrite = useMayWrite(scope);
  const { principal } = useSession();
  const title = principal === scope ? "My secrets" : `Secrets of ${user}`;
  return (
    <>
      <PageHeader title={title} actions={mayWrite && <ScopeActions scope={scope} />}>
        All of your workspaces get them, in place of what the project and the organization have under the same
        name. Nobody else sees even their names, admins included.
      </PageHeader>
      <ScopeSecrets
        scope={scope}
        teaches="Your own keys belong here, such as the token you use with a service under your name. They follow you into every workspace that you own."
      />
      <ScopeDialogs scope={scope} />
    </>
  );
}
