import { Checkbox, Collapse, Input, SegmentedControl, TextInput, UnstyledButton } from "@mantine/core";
import { useId, useState } from "react";
import { levelOf } from "../../api/names.ts";
import { ChevronIcon } from "../../parts/icons.tsx";
import { KIND_LABELS, KINDS, type Kind, LANDS } from "../kinds.ts";
import type { Draft } from "./draft.ts";
import { LimitField } from "./limit-field.tsx";
import classes from "./secret-fields.module.css";
import { ValueField, type ValueWords } from "./value-field.tsx";

const VALUES: Readonly<Record<Kind, ValueWords>> = {
  env: { label: "Value", description: "Text of any number of lines." },
  file: {
    label: "Content",
    description: "Paste the text, or take the file itself: it arrives byte for byte.",
  },
  registry: { label: "Password or token", description: "What you would give to docker login." },
  opaque: { label: "Value", description: "Text, or any file." },
};

interface Props {
  readonly scope: string;
  readonly draft: Draft;
  readonly change: (name: keyof Draft, value: Draft[keyof Draft]) => void;
  readonly errorAt: (name: string) => string | undefined;
  /** A stored secret keeps its name and kind, and its value unless another is given. */
  readonly stored: boolean;
}

/** What a secret is made of, by its kind. */
export function SecretFields(props: Props) {
  const { scope, draft, change, errorAt, stored } = props;
  const words = VALUES[draft.kind];
  const keeps = {
    ...words,
    label: `New ${words.label.toLowerCase()}`,
    description: "Leave it empty to keep the value that is stored.",
  };
  return (
    <div className={classes.fields}>
      {!stored && <NameAndKind {...props} />}
      {draft.kind === "registry" && <RegistryFields {...props} />}
      {draft.kind === "file" && (
        <Text
          {...props}
          name="path"
          label="Path"
          placeholder={`/run/secrets/${draft.id || "NAME"}`}
          description="Where the file lies in the container. Left empty: in /run/secrets."
        />
      )}
      <ValueField
        value={draft.value}
        words={stored ? keeps : words}
        error={errorAt("value")}
        onChange={(value) => change("value", value)}
      />
      {levelOf(scope) === "organization" && (
        <LimitField
          organization={scope}
          value={draft.only}
          error={errorAt("only")}
          onChange={(only) => change("only", only)}
        />
      )}
      <More {...props} />
    </div>
  );
}

function NameAndKind({ draft, change, errorAt }: Props) {
  const id = useId();
  return (
    <>
      <TextInput
        label="Name"
        placeholder={
          draft.kind === "file" ? "tls.crt" : draft.kind === "registry" ? "ghcr" : "DATABASE_PASSWORD"
        }
        classNames={{ input: "mono" }}
        value={draft.id}
        onChange={(event) => change("id", event.currentTarget.value)}
        error={errorAt("id")}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
      />
      <Input.Wrapper
        label="Kind"
        labelElement="div"
        labelProps={{ id }}
        description={LANDS[draft.kind]}
        inputWrapperOrder={["label", "input", "description"]}
      >
        <SegmentedControl
          aria-labelledby={id}
          fullWidth
          transitionDuration={0}
          data={KINDS.map((kind) => ({ value: kind, label: KIND_LABELS[kind] }))}
          value={draft.kind}
          onChange={(kind) => change("kind", kind)}
        />
      </Input.Wrapper>
    </>
  );
}

function RegistryFields(props: Props) {
  return (
    <div className={classes.pair}>
      <Text {...props} name="registry" label="Registry" placeholder="ghcr.io" />
      <Text {...props} name="username" label="User name" placeholder="robot" />
    </div>
  );
}

/** What one seldom needs. */
function More(props: Props) {
  const { draft, change, errorAt } = props;
  const [wanted, setOpened] = useState(false);
  // What is wrong in there has to be seen.
  const opened =
    wanted || ["mode", "ownerUid", "ownerGid", "comment"].some((name) => errorAt(name) !== undefined);
  const id = useId();
  return (
    <div>
      <UnstyledButton
        className={classes.more}
        aria-expanded={opened}
        aria-controls={id}
        onClick={() => setOpened(!opened)}
      >
        <span data-opened={opened || undefined}>
          <ChevronIcon size={14} />
        </span>
        More
      </UnstyledButton>
      <Collapse expanded={opened} id={id} transitionDuration={0}>
        <div className={classes.fields}>
          {draft.kind === "file" && (
            <div className={classes.pair}>
              <Text {...props} name="mode" label="Mode" placeholder="0400" />
              <Text {...props} name="ownerUid" label="Owner’s user number" placeholder="the container’s" />
              <Text {...props} name="ownerGid" label="Owner’s group number" placeholder="the container’s" />
            </div>
          )}
          <Text {...props} name="comment" label="Comment" placeholder="Why, for the history" />
          <Checkbox
            label="Take it back if a container does not become healthy with it"
            checked={draft.rollbackOnFailure}
            onChange={(event) => change("rollbackOnFailure", event.currentTarget.checked)}
          />
        </div>
      </Collapse>
    </div>
  );
}

function Text(
  props: Props & {
    readonly name: "path" | "mode" | "ownerUid" | "ownerGid" | "registry" | "username" | "comment";
    readonly label: string;
    readonly placeholder?: string;
    readonly description?: string;
  },
) {
  const { draft, change, errorAt, name } = props;
  return (
    <TextInput
      label={props.label}
      placeholder={props.placeholder}
      description={props.description}
      value={draft[name]}
      onChange={(event) => change(name, event.currentTarget.value)}
      error={errorAt(name)}
      autoComplete="off"
      spellCheck={false}
    />
  );
}
