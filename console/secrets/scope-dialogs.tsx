import { lazy, Suspense } from "react";
import { useDialog } from "../parts/dialog-state.ts";

const NewSecretDialog = lazy(async () => ({
  default: (await import("./form/new-secret-dialog.tsx")).NewSecretDialog,
}));

const ImportDialog = lazy(async () => ({
  default: (await import("./import/import-dialog.tsx")).ImportDialog,
}));

/** The dialogs of a scope's page. */
export function ScopeDialogs({ scope }: { readonly scope: string }) {
  const { dialog, close } = useDialog();
  return (
    <Suspense>
      {dialog === "new" && <NewSecretDialog scope={scope} close={close} />}
      {dialog === "import" && <ImportDialog scope={scope} close={close} />}
    </Suspense>
  );
}
