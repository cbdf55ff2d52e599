import { Link } from "wouter";
import type { Response } from "../api/call.ts";
import { sentence } from "../api/error.ts";
import { numberIn } from "../api/json.ts";
import { levelOf, pageOf, scopeLabel, scopeOf, shortName } from "../api/names.ts";
import { useRead } from "../api/queries.ts";
import type { Column } from "../parts/column.ts";
import { DataTable } from "../parts/data-table.tsx";
import { KeyIcon } from "../parts/icons.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { Panel } from "../parts/panel.tsx";
import { EmptyState } from "../parts/states.tsx";
import { Tag } from "../parts/tag.tsx";
import { kindEntry, kindOf } from "../secrets/kinds.ts";
import { useMayWrite } from "../session/may-write.ts";
import classes from "./effective-set.module.css";

type Entry = NonNullable<Response<"SecretService/ExplainWorkload">["entries"]>[number];
type Candidate = NonNullable<Entry["candidates"]>[number];

const winnerOf = ({ candidates = [] }: Entry) => candidates.find(({ wins }) => wins === true);

const COLUMNS: readonly Column<Entry>[] = [
  {
    id: "name",
    header: "Name",
    value: ({ secretId = "" }) => secretId,
    cell: ({ secretId = "" }) => <b className="mono">{secretId}</b>,
  },
  {
    id: "kind",
    header: "Kind",
    value: (entry) => kindLabel(winnerOf(entry)),
    cell: (entry) => <Tag>{kindLabel(winnerOf(entry))}</Tag>,
  },
  {
    id: "from",
    header: "Comes from",
    value: (entry) => scopeLabel(scopeOf(winnerOf(entry)?.secret ?? "")),
    cell: (entry) => <Winner winner={winnerOf(entry)} />,
  },
  { id: "version", header: "Version", value: (entry) => numberIn(winnerOf(entry)?.version) || "—" },
  {
    id: "why",
    header: "What wins and why",
    sortable: false,
    value: ({ candidates = [] }) => candidates.map(({ reason = "" }) => reason).join(" "),
    cell: ({ candidates = [] }) => <Why candidates={candidates} />,
  },
];

/** One secret for each name: which level it comes from, what it shadows, and why. */
export function EffectiveSet({ target }: { readonly target: string }) {
  const explained = useRead("SecretService/ExplainWorkload", { target }, { every: 2_000, keep: true });
  return (
    <Panel title="What its containers get">
      <Loaded query={explained}>
        {({ entries = [], withheld = [] }) => (
          <>
            {withheld.map(({ scope = "", reason = "" }) => (
              <p key={scope}>
                <b>Without the secrets of {scopeLabel(scope)}.</b> {reason}
              </p>
            ))}
            <Table entries={entries} target={target} />
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function Table({ entries, target }: { readonly entries: readonly Entry[]; readonly target: string }) {
  if (entries.length > 0) {
    return (
      <DataTable
        label="What its containers get"
        rows={entries}
        columns={COLUMNS}
        keyOf={({ secretId = "" }) => secretId}
      />
    );
  }
  return (
    <EmptyState icon={<KeyIcon />} title="Nothing yet" commands={[`keyhold explain ${shortName(target)}`]}>
      No secret of the workspace, its owner, its project or the organization reaches it.
    </EmptyState>
  );
}

function Winner({ winner }: { readonly winner: Candidate | undefined }) {
  const scope = scopeOf(winner?.secret ?? "");
  const mayWrite = useMayWrite(scope);
  if (winner === undefined) return <span className="dim">nothing that you may see</span>;
  return (
    <>
      <Link href={pageOf(winner.secret ?? "")}>{scopeLabel(scope)}</Link>{" "}
      {!mayWrite && levelOf(scope) === "organization" && <Tag>read-only</Tag>}
    </>
  );
}

function Why({ candidates }: { readonly candidates: readonly Candidate[] }) {
  return (
    <ul className={classes.why}>
      {candidates.map(({ secret = "", wins, reason = "" }) => (
        <li key={secret} data-wins={wins || undefined}>
          <span className={classes.scope}>{scopeLabel(scopeOf(secret))}</span> {sentence(reason)}
        </li>
      ))}
    </ul>
  );
}

function kindLabel(winner: Candidate | undefined): string {
  return winner === undefined ? "—" : kindEntry(kindOf(winner.kind)).label;
}
