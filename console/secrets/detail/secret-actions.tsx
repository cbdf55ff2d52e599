import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useLocation } from "wouter";
import { call } from "../../api/call.ts";
import { idOf, pageOf, scopeOf } from "../../api/names.ts";
import type { Secret } from "../../api/types.ts";
import { useConfirm } from "../../parts/confirm.tsx";
import { useDialog } from "../../parts/dialog-state.ts";
import { toast } from "../../parts/toasts.tsx";
import { useMayWrite } from "../../session/may-write.ts";
import { invalidateSecrets } from "../invalidate.ts";
import { Consequences } from "./consequences.tsx";

const EditSecretDialog = lazy(async () => ({
  default: (await import("../form/edit-secret-dialog.tsx")).EditSecretDialog,
}));

export function SecretActions({ secret }: { readonly secret: Secret }) {
  const { name = "", etag = "" } = secret;
  const { dialog, open, close } = useDialog();
  const client = useQueryClient();
  const confirm = useConfirm();
  const [, go] = useLocation();
  if (!useMayWrite(scopeOf(name))) return null;
  const remove = () =>
    confirm({
      title: `Delete ${idOf(name)}?`,
      children: (
        <>
          It can be restored for 30 days. Workloads that get it lose it, or get what a less specific scope has
          under this name.
          <Consequences change={{ delete: { name, etag } }} />
        </>
      ),
      action: `Delete ${idOf(name)}`,
      danger: true,
      run: async () => {
        await call("SecretService/DeleteSecret", { name, etag });
        await invalidateSecrets(client);
        toast(`${idOf(name)} is deleted`, "It can be restored for 30 days.");
        go(`${pageOf(scopeOf(name))}/secrets?deleted=yes`);
      },
    });
  return (
    <>
      <Button variant="default" onClick={remove}>
        Delete…
      </Button>
      <Button onClick={() => open("edit")}>Change…</Button>
      <Suspense>{dialog === "edit" && <EditSecretDialog secret={secret} close={close} />}</Suspense>
    </>
  );
}
