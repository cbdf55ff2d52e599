import { Drawer } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { call } from "../../api/call.ts";
import { sentence } from "../../api/error.ts";
import { numberIn } from "../../api/json.ts";
import { idOf, scopeOf } from "../../api/names.ts";
import type { Secret } from "../../api/types.ts";
import { toast } from "../../parts/toasts.tsx";
import { invalidateSecrets } from "../invalidate.ts";
import { type Draft, draftOf, isChange, updateOf } from "./draft.ts";
import { SecretForm } from "./secret-form.tsx";

/** A new version, or other fields. Of what it was opened with: whoever was faster meanwhile is not overwritten. */
export function EditSecretDialog({ secret, close }: { readonly secret: Secret; readonly close: () => void }) {
  const client = useQueryClient();
  const [opened] = useState(secret);
  const [start] = useState(() => draftOf(opened));
  const changeOf = useCallback(
    (draft: Draft) => (isChange(opened, draft) ? { update: updateOf(opened, draft) } : undefined),
    [opened],
  );
  const save = async (draft: Draft) => {
    const written = await call("SecretService/UpdateSecret", updateOf(opened, draft));
    await invalidateSecrets(client);
    toast(
      `${draft.id} is at version ${numberIn(written.version)}`,
      (written.warnings ?? []).map(sentence).join(" "),
    );
    close();
  };
  const name = opened.name ?? "";
  return (
    <Drawer opened onClose={close} position="right" size="min(40rem, 100vw)" title={`Change ${idOf(name)}`}>
      <SecretForm
        scope={scopeOf(name)}
        start={start}
        stored
        changeOf={changeOf}
        save={save}
        action="Save"
        cancel={close}
      />
    </Drawer>
  );
}
