import { sentence } from "../../api/error.ts";
import { numberIn } from "../../api/json.ts";
import type { Column } from "../../parts/column.ts";
import { DataTable } from "../../parts/data-table.tsx";
import { Tag, type Tone } from "../../parts/tag.tsx";
import type { Entry } from "./entry.ts";

const OUTCOMES: Readonly<Record<string, readonly [tone: Tone, word: string]>> = {
  CREATED: ["good", "new"],
  REPLACED: ["warn", "replaced"],
  SKIPPED: ["bad", "skipped"],
  UNCHANGED: ["plain", "unchanged"],
};

const COLUMNS: readonly Column<Entry>[] = [
  {
    id: "name",
    header: "Name",
    value: ({ name = "" }) => name,
    cell: ({ name }) => <b className="mono">{name}</b>,
  },
  { id: "line", header: "Line", value: ({ line }) => numberIn(line) },
  {
    id: "outcome",
    header: "Outcome",
    value: ({ outcome = "" }) => outcome,
    cell: ({ outcome = "" }) => <Outcome outcome={outcome} />,
  },
  {
    id: "notes",
    header: "Notes",
    sortable: false,
    value: ({ warnings = [] }) => warnings.join(" "),
    cell: ({ warnings = [] }) => <span className="dim">{warnings.map(sentence).join(" ")}</span>,
  },
];

export function ReviewTable({ entries }: { readonly entries: readonly Entry[] }) {
  const count = (outcome: string) => entries.filter((entry) => entry.outcome === outcome).length;
  return (
    <>
      <p role="status">
        {Object.entries(OUTCOMES).map(([outcome, [tone, word]]) =>
          count(outcome) === 0 ? null : (
            <span key={outcome}>
              <Tag tone={tone}>
                {count(outcome)} {word}
              </Tag>{" "}
            </span>
          ),
        )}
      </p>
      <DataTable
        label="What the file has"
        prefix="import."
        rows={entries}
        columns={COLUMNS}
        keyOf={({ line }) => String(line)}
        scrolls
      />
    </>
  );
}

function Outcome({ outcome }: { readonly outcome: string }) {
  const [tone, word] = OUTCOMES[outcome] ?? ["plain", outcome];
  return <Tag tone={tone}>{word}</Tag>;
}
