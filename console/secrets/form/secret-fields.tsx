import { Checkbox, Collapse, Input, SegmentedControl, TextInput, UnstyledButton } from "@mantine/core";
import { useId, useState } from "react";
import { FIELD_NAMES, type FieldName, SECRET_FIELDS } from "../../../common/workload/secret-field.ts";
import { levelOf } from "../../api/names.ts";
import { ChevronIcon } from "../../parts/icons.tsx";
import { KINDS, kindEntry } from "../kinds.ts";
import { type Draft, hasValue } from "./draft.ts";
import { LimitField } from "./limit-field.tsx";
import classes from "./secret-fields.module.css";
import { ValueField, type ValueWords } from "./value-field.tsx";

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
  const { valueLabel: label, valueHelp: description } = kindEntry(draft.kind);
  const words: ValueWords = { label, description };
  const keeps = {
    ...words,
    label: `New ${words.label.toLowerCase()}`,
    description: "Leave it empty to keep the value that is stored.",
  };
  return (
    <div className={classes.fields}>
      {!stored && <NameAndKind {...props} />}
      <KindFields {...props} seldom={false} />
      <ValueField
        value={draft.value}
        words={stored ? keeps : words}
        error={errorAt("value")}
        onChange={(value) => change("value", value)}
      />
      {!hasValue(draft.value) && (
        <Checkbox
          label="Store an empty value"
          checked={draft.storeEmpty}
          onChange={(event) => change("storeEmpty", event.currentTarget.checked)}
        />
      )}
      {levelOf(scope) === "organization" && (
        <LimitField
          organization={scope}
          value={draft.only}
          reachesNothing={draft.limited && draft.only.length === 0}
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
        placeholder={kindEntry(draft.kind).exampleName}
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
        description={kindEntry(draft.kind).lands}
        inputWrapperOrder={["label", "input", "description"]}
      >
        <SegmentedControl
          aria-labelledby={id}
          fullWidth
          transitionDuration={0}
          data={KINDS.map((kind) => ({ value: kind, label: kindEntry(kind).label }))}
          value={draft.kind}
          onChange={(kind) => change("kind", kind)}
        />
      </Input.Wrapper>
    </>
  );
}

/** The fields that only some kinds have: those that one nearly always sets, or the others. */
function KindFields(props: Props & { readonly seldom: boolean }) {
  const { draft, seldom } = props;
  const names = kindEntry(draft.kind).fields.filter((name) => SECRET_FIELDS[name].seldom === seldom);
  if (names.length === 0) return null;
  return (
    <div className={names.length > 1 ? classes.pair : undefined}>
      {names.map((name) => {
        const { label, placeholder } = SECRET_FIELDS[name];
        const filled = placeholder.replace("NAME", draft.id || "NAME");
        return <Text key={name} {...props} name={name} label={label} placeholder={filled} />;
      })}
    </div>
  );
}

/** What one seldom needs. */
function More(props: Props) {
  const { draft, change, errorAt } = props;
  const [wanted, setOpened] = useState(false);
  // What is wrong in there has to be seen.
  const opened =
    wanted ||
    ["comment", ...FIELD_NAMES.filter((name) => SECRET_FIELDS[name].seldom)].some(
      (name) => errorAt(name) !== undefined,
    );
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
          <KindFields {...props} seldom={true} />
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
    readonly name: FieldName | "comment";
    readonly label: string;
    readonly placeholder?: string;
  },
) {
  const { draft, change, errorAt, name } = props;
  return (
    <TextInput
      label={props.label}
      placeholder={props.placeholder}
      value={draft[name]}
      onChange={(event) => change(name, event.currentTarget.value)}
      error={errorAt(name)}
      autoComplete="off"
      spellCheck={false}
    />
  );
}
