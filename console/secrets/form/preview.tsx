import { Loader } from "@mantine/core";
import { sentence } from "../../api/error.ts";
import { idOf, scopeLabel } from "../../api/names.ts";
import { AlertIcon } from "../../parts/icons.tsx";
import { Tag, type Tone } from "../../parts/tag.tsx";
import classes from "./preview.module.css";
import type { Check, Effects } from "./use-check.ts";

type Effect = NonNullable<Effects["effects"]>[number];
type Action = "RESTART" | "SIGNAL" | "REWRITE" | "NEXT_START" | "NONE";

/** In the order of what one wants to know first. */
const ACTIONS: readonly { readonly action: Action; readonly tone: Tone; readonly word: string }[] = [
  { action: "RESTART", tone: "warn", word: "restarted" },
  { action: "SIGNAL", tone: "warn", word: "signalled" },
  { action: "REWRITE", tone: "accent", word: "rewritten" },
  { action: "NEXT_START", tone: "plain", word: "at the next start" },
  { action: "NONE", tone: "good", word: "not touched" },
];
const SHOWN = 8;

/** Which workloads a write would restart, rewrite or leave alone, before it is written. */
export function PreviewPanel({
  check,
  title = "What saving does",
}: {
  readonly check: Check;
  readonly title?: string;
}) {
  const { effects, busy } = check;
  return (
    <section className={classes.panel} aria-label={title} aria-live="polite" aria-busy={busy}>
      <h3 className={classes.title}>
        {title} {busy && <Loader size={14} role="presentation" />}
      </h3>
      {effects === undefined ? <Nothing check={check} /> : <Told effects={effects} />}
    </section>
  );
}

function Nothing({ check }: { readonly check: Check }) {
  const text =
    check.error === undefined
      ? "It is shown here as soon as there is something to save."
      : "Nothing yet: see above what is still missing.";
  return <p className={classes.none}>{text}</p>;
}

function Told({ effects: { effects = [], warnings = [] } }: { readonly effects: Effects }) {
  return (
    <>
      {warnings.map((warning) => (
        <p key={warning} className={classes.warning}>
          <AlertIcon size={16} /> {sentence(warning)}
        </p>
      ))}
      {effects.length === 0 && (
        <p className={classes.none}>No workload gets it yet; the next one that does starts with it.</p>
      )}
      <p className={classes.summary}>
        {ACTIONS.map(({ action, tone, word }) => {
          const count = effects.filter((effect) => actionOf(effect) === action).length;
          return count === 0 ? null : (
            <Tag key={action} tone={tone}>
              {count} {word}
            </Tag>
          );
        })}
      </p>
      {ACTIONS.map(({ action, tone, word }) => (
        <Group
          key={action}
          tone={tone}
          word={word}
          effects={effects.filter((effect) => actionOf(effect) === action)}
        />
      ))}
    </>
  );
}

function Group({
  effects,
  tone,
  word,
}: {
  readonly effects: readonly Effect[];
  readonly tone: Tone;
  readonly word: string;
}) {
  if (effects.length === 0) return null;
  const more = effects.length - SHOWN;
  return (
    <ul className={classes.list}>
      {effects.slice(0, SHOWN).map((effect, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: what one may not see has no name
        <li key={index}>
          <Tag tone={tone}>{word}</Tag>
          <span>
            <b>{nameOf(effect)}</b> <span className="dim">{effect.reason}</span>
          </span>
        </li>
      ))}
      {more > 0 && <li className="dim">and {more} more</li>}
    </ul>
  );
}

function nameOf({ containerName = "", target = "", node = "" }: Effect): string {
  if (target === "") return "A workspace of somebody else";
  const where = containerName === "" ? "" : ` · ${containerName.replace(/^\//, "")} on ${idOf(node)}`;
  return scopeLabel(target) + where;
}

function actionOf({ action }: Effect): Action {
  return (action ?? "NONE") as Action;
}
