import { Button, Group } from "@mantine/core";
import { type FormEvent, useMemo, useState } from "react";
import type { Request } from "../../api/call.ts";
import { ApiError } from "../../api/error.ts";
import { FormError } from "../../parts/form-error.tsx";
import type { Draft } from "./draft.ts";
import { fieldErrors } from "./field-errors.ts";
import { PreviewPanel } from "./preview.tsx";
import { SecretFields } from "./secret-fields.tsx";
import classes from "./secret-form.module.css";
import { useCheck } from "./use-check.ts";

const ALL: readonly (keyof Draft)[] = [
  "id",
  "kind",
  "value",
  "path",
  "mode",
  "ownerUid",
  "ownerGid",
  "registry",
  "username",
  "only",
  "comment",
];

/** The dialog's inside: fields that the server checks while one types, what saving would do, and saving. */
export function SecretForm(props: {
  readonly scope: string;
  readonly start: Draft;
  readonly stored: boolean;
  /** The write as it would be tried; undefined while there is nothing to save. */
  readonly changeOf: (draft: Draft) => Request<"SecretService/PreviewSecretChange"> | undefined;
  readonly save: (draft: Draft) => Promise<unknown>;
  readonly action: string;
  readonly cancel: () => void;
}) {
  const { changeOf } = props;
  const [draft, setDraft] = useState(props.start);
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [refused, setRefused] = useState<ApiError>();
  const [busy, setBusy] = useState(false);
  const change = useMemo(
    () => (draft === props.start ? undefined : changeOf(draft)),
    [draft, changeOf, props.start],
  );
  const check = useCheck(change);
  const errors = fieldErrors(refused ?? check.error, touched);

  const edit = (name: keyof Draft, value: Draft[keyof Draft]) => {
    setDraft((before) => ({ ...before, [name]: value }));
    setTouched((before) => new Set(before).add(name));
    setRefused(undefined);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTouched(new Set(ALL));
    setBusy(true);
    try {
      await props.save(draft);
    } catch (thrown) {
      setRefused(thrown instanceof ApiError ? thrown : ApiError.unreachable());
      setBusy(false);
    }
  };
  return (
    <form onSubmit={submit} className={classes.form} noValidate autoComplete="off">
      <SecretFields
        scope={props.scope}
        draft={draft}
        change={edit}
        errorAt={errors.at}
        stored={props.stored}
      />
      <PreviewPanel check={check} />
      <FormError error={errors.elsewhere} />
      <Group justify="flex-end" className={classes.footer}>
        <Button variant="default" onClick={props.cancel}>
          Cancel
        </Button>
        <Button type="submit" loading={busy} disabled={props.stored && change === undefined}>
          {props.action}
        </Button>
      </Group>
    </form>
  );
}
