import { Button, Checkbox, Group, Progress } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { call } from "../../api/call.ts";
import { base64 } from "../../api/json.ts";
import { scopeLabel } from "../../api/names.ts";
import { FormError } from "../../parts/form-error.tsx";
import { Loading } from "../../parts/states.tsx";
import { toast } from "../../parts/toasts.tsx";
import { invalidateSecrets } from "../invalidate.ts";
import type { Entry } from "./entry.ts";
import type { EnvFile } from "./env-file.ts";
import classes from "./review.module.css";
import { ReviewTable } from "./review-table.tsx";

/** What would become of each line, as the server has tried it; then the import itself, all or nothing. */
export function Review(props: {
  readonly scope: string;
  readonly file: EnvFile;
  readonly back: () => void;
  readonly close: () => void;
}) {
  const { scope, file, close } = props;
  const [overwrite, setOverwrite] = useState(false);
  const { entries, error } = useReview(scope, file, overwrite);
  const work = useImport(scope, file, overwrite, close);
  const written = countOf(entries, "CREATED") + countOf(entries, "REPLACED");
  return (
    <div className={classes.review}>
      <p className={classes.file}>
        <b>{file.name}</b> <span className="dim">{file.content.length.toLocaleString("en")} bytes</span>
      </p>
      {entries === undefined && error === undefined && <Loading what="Reviewing the file" />}
      <FormError error={error} />
      {entries !== undefined && <ReviewTable entries={entries} />}
      {entries !== undefined && (overwrite || countOf(entries, "SKIPPED") > 0) && (
        <Checkbox
          label="Replace secrets that exist with another value, instead of skipping them"
          checked={overwrite}
          disabled={work.busy}
          onChange={(event) => setOverwrite(event.currentTarget.checked)}
        />
      )}
      <FormError error={work.error} />
      {work.busy && <Importing written={written} scope={scope} />}
      <Group justify="flex-end" className={classes.footer}>
        <Button variant="default" onClick={props.back} disabled={work.busy}>
          Another file
        </Button>
        <Button onClick={work.run} loading={work.busy} disabled={entries === undefined || written === 0}>
          {written === 1 ? "Import 1 secret" : `Import ${written} secrets`}
        </Button>
      </Group>
    </div>
  );
}

/** All or nothing: there is no part of it to count. */
function Importing({ written, scope }: { readonly written: number; readonly scope: string }) {
  const text = `Writing ${written} secrets to the ${scopeLabel(scope)}, all or none of them`;
  return (
    <div role="status">
      <p className="dim">{text}…</p>
      <Progress value={100} animated aria-label={text} />
    </div>
  );
}

function countOf(entries: readonly Entry[] | undefined, outcome: Entry["outcome"]): number {
  return entries?.filter((entry) => entry.outcome === outcome).length ?? 0;
}

function useReview(parent: string, file: EnvFile, overwrite: boolean) {
  const [review, setReview] = useState<{ readonly entries?: readonly Entry[]; readonly error?: unknown }>({});
  useEffect(() => {
    const stop = new AbortController();
    const request = { parent, content: base64(file.content), overwrite, validateOnly: true };
    call("SecretService/ImportSecrets", request, stop.signal).then(
      ({ entries = [] }) => setReview({ entries }),
      (error: unknown) => {
        if (!stop.signal.aborted) setReview({ error });
      },
    );
    return () => stop.abort();
  }, [parent, file, overwrite]);
  return review;
}

function useImport(parent: string, file: EnvFile, overwrite: boolean, close: () => void) {
  const client = useQueryClient();
  const [state, setState] = useState<{ readonly busy: boolean; readonly error?: unknown }>({ busy: false });
  const run = async () => {
    setState({ busy: true });
    try {
      const { entries } = await call("SecretService/ImportSecrets", {
        parent,
        content: base64(file.content),
        overwrite,
      });
      await invalidateSecrets(client);
      const [created, replaced] = [countOf(entries, "CREATED"), countOf(entries, "REPLACED")];
      toast(
        `${file.name} is imported`,
        `${created} created, ${replaced} replaced, ${countOf(entries, "SKIPPED")} skipped.`,
      );
      close();
    } catch (error) {
      setState({ busy: false, error });
    }
  };
  return { ...state, run };
}
