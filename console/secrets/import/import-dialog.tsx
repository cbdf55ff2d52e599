import { Drawer } from "@mantine/core";
import { useState } from "react";
import { scopeLabel } from "../../api/names.ts";
import { ChooseFile } from "./choose-file.tsx";
import type { EnvFile } from "./env-file.ts";
import { Review } from "./review.tsx";

/** Two steps: a file, then what would become of each line of it, and the import. */
export function ImportDialog({ scope, close }: { readonly scope: string; readonly close: () => void }) {
  const [file, setFile] = useState<EnvFile>();
  return (
    <Drawer
      opened
      onClose={close}
      position="right"
      size="min(46rem, 100vw)"
      title={`Import .env into the ${scopeLabel(scope)}`}
    >
      {file === undefined ? (
        <ChooseFile scope={scope} choose={setFile} />
      ) : (
        <Review scope={scope} file={file} back={() => setFile(undefined)} close={close} />
      )}
    </Drawer>
  );
}
