import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { call } from "../../api/call.ts";
import { ApiError, sentence } from "../../api/error.ts";
import { numberIn } from "../../api/json.ts";
import { idOf, principalLabel, scopeOf } from "../../api/names.ts";
import type { Secret } from "../../api/types.ts";
import { FormDrawer } from "../../parts/form-drawer.tsx";
import { toast } from "../../parts/toasts.tsx";
import { invalidateSecrets } from "../invalidate.ts";
import { type Draft, draftOf, isChange, updateOf } from "./draft.ts";
import { SecretForm } from "./secret-form.tsx";

/**
 * A new version, or other fields, of the secret as it was when the dialog opened. When another person saves meanwhile, the form says so
 * and asks; saving then sends only the fields that were changed here.
 * @param secret as it is stored now; read again while the dialog is open
 */
export function EditSecretDialog({ secret, close }: { readonly secret: Secret; readonly close: () => void }) {
  const client = useQueryClient();
  const [opened] = useState(secret);
  const [start] = useState(() => draftOf(opened));
  const { etag = "" } = secret;
  const changeOf = useCallback(
    (draft: Draft) =>
      isChange(opened, draft) ? { update: updateOf({ ...opened, etag }, draft) } : undefined,
    [opened, etag],
  );
  const save = async (draft: Draft) => {
    try {
      const written = await call("SecretService/UpdateSecret", updateOf({ ...opened, etag }, draft));
      await invalidateSecrets(client);
      const warnings = (written.warnings ?? []).map(sentence).join(" ");
      toast(`Saved version ${numberIn(written.version)} of ${draft.id}`, warnings);
      close();
    } catch (thrown) {
      if (!(thrown instanceof ApiError) || thrown.code !== "conflict") throw thrown;
      // Reads the newer version, which makes the form ask.
      await client.invalidateQueries({ queryKey: ["SecretService/GetSecret"] });
    }
  };
  const name = opened.name ?? "";
  const version = numberIn(secret.version);
  const conflict = {
    text:
      version === numberIn(opened.version)
        ? "The settings of this secret were changed while you were editing."
        : `${principalLabel(secret.updater ?? "")} saved version ${version} while you were editing.`,
    action: `Save mine as version ${version + 1}`,
    discard: close,
  };
  return (
    <FormDrawer close={close} size="min(40rem, 100vw)" title={`Change ${idOf(name)}`}>
      {(drawer) => (
        <SecretForm
          scope={scopeOf(name)}
          start={start}
          stored
          changeOf={changeOf}
          save={save}
          action="Save"
          conflict={etag === opened.etag ? undefined : conflict}
          drawer={drawer}
        />
      )}
    </FormDrawer>
  );
}
