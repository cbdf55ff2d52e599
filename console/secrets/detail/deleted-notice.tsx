import { Alert, Button, Group } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { call } from "../../api/call.ts";
import { idOf, pageOf, scopeOf } from "../../api/names.ts";
import type { Secret } from "../../api/types.ts";
import { useConfirm } from "../../parts/confirm.tsx";
import { AlertIcon } from "../../parts/icons.tsx";
import { Time } from "../../parts/time.tsx";
import { toast, toastError } from "../../parts/toasts.tsx";
import { useMayWrite } from "../../session/may-write.ts";
import { invalidateSecrets } from "../invalidate.ts";

/** It is gone for workloads, and can be had back until it is purged. */
export function DeletedNotice({ secret }: { readonly secret: Secret }) {
  const { name = "" } = secret;
  const client = useQueryClient();
  const confirm = useConfirm();
  const [, go] = useLocation();
  const mayWrite = useMayWrite(scopeOf(name));
  const restore = async () => {
    try {
      await call("SecretService/UndeleteSecret", { name });
      toast(`${idOf(name)} is restored`, "The workloads that got it get it again.");
      await invalidateSecrets(client);
    } catch (thrown) {
      toastError(`${idOf(name)} is not restored`, thrown);
    }
  };
  const purge = () =>
    confirm({
      title: `Purge ${idOf(name)} for good?`,
      children: "All its versions are destroyed at once. Nobody can restore them, not even from here.",
      action: `Purge ${idOf(name)}`,
      danger: true,
      typed: idOf(name),
      run: async () => {
        await call("SecretService/DeleteSecret", { name, purge: true });
        await invalidateSecrets(client);
        toast(`${idOf(name)} is purged`);
        go(`${pageOf(scopeOf(name))}/secrets`);
      },
    });
  return (
    <Alert color="red" variant="light" mb="lg" icon={<AlertIcon />} title="It is deleted">
      No workload gets it any more. It was deleted <Time at={secret.deleteTime} /> and is purged{" "}
      <Time at={secret.purgeTime} deadline />; until then it can be restored with all its versions.
      {mayWrite && (
        <Group mt="sm">
          <Button size="compact-md" onClick={restore}>
            Restore
          </Button>
          <Button size="compact-md" variant="default" onClick={purge}>
            Purge now…
          </Button>
        </Group>
      )}
    </Alert>
  );
}
