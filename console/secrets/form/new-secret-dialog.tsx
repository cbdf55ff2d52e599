import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useLocation } from "wouter";
import { call } from "../../api/call.ts";
import { sentence } from "../../api/error.ts";
import { pageOf, scopeLabel } from "../../api/names.ts";
import { FormDrawer } from "../../parts/form-drawer.tsx";
import { toast } from "../../parts/toasts.tsx";
import { invalidateSecrets } from "../invalidate.ts";
import { creationOf, type Draft, NEW_DRAFT } from "./draft.ts";
import { SecretForm } from "./secret-form.tsx";

/** Ends at the new secret's page, where one sees it being delivered. */
export function NewSecretDialog({ scope, close }: { readonly scope: string; readonly close: () => void }) {
  const client = useQueryClient();
  const [, go] = useLocation();
  const changeOf = useCallback((draft: Draft) => ({ create: creationOf(scope, draft) }), [scope]);
  const save = async (draft: Draft) => {
    const { name = "", warnings = [] } = await call("SecretService/CreateSecret", creationOf(scope, draft));
    await invalidateSecrets(client);
    toast(`${draft.id} is stored`, warnings.map(sentence).join(" "));
    go(pageOf(name), { replace: true });
  };
  return (
    <FormDrawer close={close} size="min(40rem, 100vw)" title={`New secret of the ${scopeLabel(scope)}`}>
      {(drawer) => (
        <SecretForm
          scope={scope}
          start={NEW_DRAFT}
          stored={false}
          changeOf={changeOf}
          save={save}
          action="Save"
          drawer={drawer}
        />
      )}
    </FormDrawer>
  );
}
