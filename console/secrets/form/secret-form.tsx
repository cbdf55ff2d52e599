import { Button, Group } from "@mantine/core";
import { type FormEvent, useEffect, useMemo, useState } from "react";
import type { Request } from "../../api/call.ts";
import { ApiError } from "../../api/error.ts";
import type { DrawerForm } from "../../parts/form-drawer.tsx";
import { FormError } from "../../parts/form-error.tsx";
import { type Conflict, ConflictNotice } from "./conflict-notice.tsx";
import { type Draft, givesValue } from "./draft.ts";
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

const NO_VALUE = "Enter a value, or choose “Store an empty value”.";

/** The dialog's inside: fields that the server checks while one types, what saving would do, and saving. */
export function SecretForm(props: {
  readonly scope: string;
  readonly start: Draft;
  readonly stored: boolean;
  /** The write as it would be tried; undefined while there is nothing to save. */
  readonly changeOf: (draft: Draft) => Request<"SecretService/PreviewSecretChange"> | undefined;
  readonly save: (draft: Draft) => Promise<unknown>;
  readonly action: string;
  /** Set while a newer version than the form was opened with is stored; saving then needs a decision. */
  readonly conflict?: Conflict | undefined;
  readonly drawer: DrawerForm;
}) {
  const { changeOf, conflict, drawer } = props;
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
  const missing = !props.stored && !givesValue(draft);
  const [reproached, setReproached] = useState(false);
  const dirty = draft !== props.start;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the drawer's function is a new one each time and does the same
  useEffect(() => drawer.setDirty(dirty), [dirty]);
  const errorAt = (name: string) => (name === "value" && missing && reproached ? NO_VALUE : errors.at(name));

  const edit = (name: keyof Draft, value: Draft[keyof Draft]) => {
    setDraft((before) => ({ ...before, [name]: value }));
    setTouched((before) => new Set(before).add(name));
    setRefused(undefined);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    return write();
  };
  const write = async () => {
    setTouched(new Set(ALL));
    setReproached(true);
    // Enter in a field submits too.
    if (missing || busy || (props.stored && change === undefined)) return;
    setBusy(true);
    try {
      await props.save(draft);
    } catch (thrown) {
      setRefused(thrown instanceof ApiError ? thrown : ApiError.unreachable());
    } finally {
      setBusy(false);
    }
  };
  return (
    <form onSubmit={submit} className={classes.form} noValidate autoComplete="off">
      <SecretFields scope={props.scope} draft={draft} change={edit} errorAt={errorAt} stored={props.stored} />
      <PreviewPanel check={missing ? { ...check, effects: undefined } : check} />
      {/* The form's own save changes what is stored, which is no conflict. */}
      {conflict !== undefined && !busy && <ConflictNotice conflict={conflict} save={write} />}
      <FormError error={errors.elsewhere} />
      <Group justify="flex-end" className={classes.footer}>
        <Button variant="default" onClick={drawer.leave}>
          Cancel
        </Button>
        <Button
          type="submit"
          loading={busy}
          disabled={conflict !== undefined || (props.stored && change === undefined)}
        >
          {props.action}
        </Button>
      </Group>
    </form>
  );
}
