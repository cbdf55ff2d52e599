import { ActionIcon, Button, FileButton, Group, Textarea, Tooltip } from "@mantine/core";
import { type DragEvent, useState } from "react";
import { EyeIcon, EyeOffIcon, UploadIcon } from "../../parts/icons.tsx";
import { bytesOf, type Value } from "./draft.ts";
import classes from "./value-field.module.css";

/** What each kind's value is called, and what it may be. */
export interface ValueWords {
  readonly label: string;
  readonly description: string;
}

/**
 * Write-only: it is hidden while it is typed unless one asks to see it, takes several lines, and can be a file, byte for byte. It is
 * never filled in from what is stored.
 */
export function ValueField(props: {
  readonly value: Value;
  readonly words: ValueWords;
  readonly error: string | undefined;
  readonly onChange: (value: Value) => void;
}) {
  const { value, words, error, onChange } = props;
  const [shown, setShown] = useState(false);
  const read = async (file: File | null | undefined) => {
    if (file) onChange({ file: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    void read(event.dataTransfer.files[0]);
  };
  if ("file" in value) return <ChosenFile {...props} name={value.file} />;
  const label = shown ? "Hide the value" : "Show the value";
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a place to drop a file; the button beside does the same by keyboard
    <div onDrop={drop} onDragOver={(event) => event.preventDefault()}>
      <Textarea
        label={words.label}
        description={words.description}
        classNames={{ input: shown ? "mono" : `mono ${classes.hidden}` }}
        value={value.text}
        onChange={(event) => onChange({ text: event.currentTarget.value })}
        error={error}
        autosize
        minRows={2}
        maxRows={10}
        autoComplete="off"
        autoCorrect="off"
        autoCapitalize="off"
        spellCheck={false}
        data-1p-ignore
        data-lpignore="true"
        rightSection={
          <Tooltip label={label}>
            <ActionIcon
              variant="subtle"
              aria-label={label}
              aria-pressed={shown}
              onClick={() => setShown(!shown)}
            >
              {shown ? <EyeOffIcon /> : <EyeIcon />}
            </ActionIcon>
          </Tooltip>
        }
      />
      <Group gap="sm" mt={6} justify="space-between">
        <FileButton onChange={read}>
          {(button) => (
            <Button {...button} size="compact-sm" variant="subtle" leftSection={<UploadIcon size={14} />}>
              Take a file instead
            </Button>
          )}
        </FileButton>
        <Size value={value} />
      </Group>
    </div>
  );
}

function ChosenFile(props: Parameters<typeof ValueField>[0] & { readonly name: string }) {
  const { name, words, error, value, onChange } = props;
  return (
    <div>
      <div className={classes.label}>{words.label}</div>
      <div className={classes.file}>
        <UploadIcon size={16} />
        <span className={classes.name}>{name}</span>
        <Size value={value} />
        <Button size="compact-sm" variant="subtle" onClick={() => onChange({ text: "" })}>
          Remove the file
        </Button>
      </div>
      {error !== undefined && (
        <p className={classes.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

function Size({ value }: { readonly value: Value }) {
  const bytes = bytesOf(value).length;
  const lines = "text" in value ? value.text.split("\n").length : 1;
  return (
    <span className={classes.size}>
      {bytes.toLocaleString("en")} {bytes === 1 ? "byte" : "bytes"}
      {lines > 1 && `, ${lines} lines`}
    </span>
  );
}
