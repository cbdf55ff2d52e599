import { Button } from "@mantine/core";
import { useDialog } from "../parts/dialog-state.ts";
import { PlusIcon, UploadIcon } from "../parts/icons.tsx";

/** What one can do at a scope; the dialogs are in the address (`?dialog=new`), so they can be linked to and left with Back. */
export function ScopeActions(_: { readonly scope: string }) {
  const { open } = useDialog();
  return (
    <>
      <Button variant="default" leftSection={<UploadIcon size={16} />} onClick={() => open("import")}>
        Import .env
      </Button>
      <Button leftSection={<PlusIcon size={16} />} onClick={() => open("new")}>
        New secret
      </Button>
    </>
  );
}
