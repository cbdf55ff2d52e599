import { Progress } from "@mantine/core";
import { useParams } from "wouter";
import { sentence } from "../api/error.ts";
import { numberIn } from "../api/json.ts";
import { idOf, pageOf, principalLabel, scopeLabel, scopeOf, shortName } from "../api/names.ts";
import { useList } from "../api/queries.ts";
import type { Rollout } from "../api/types.ts";
import type { Column } from "../parts/column.ts";
import { DataTable } from "../parts/data-table.tsx";
import { RolloutIcon } from "../parts/icons.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { PageHeader } from "../parts/page-header.tsx";
import { RowLink } from "../parts/row-link.tsx";
import { EmptyState } from "../parts/states.tsx";
import { Tag, type Tone } from "../parts/tag.tsx";
import { Time } from "../parts/time.tsx";
import { Toolbar } from "../parts/toolbar.tsx";

const STATES: Readonly<Record<string, readonly [tone: Tone, word: string]>> = {
  RUNNING: ["accent", "running"],
  WAITING: ["warn", "waits for a window"],
  DONE: ["good", "done"],
  HALTED: ["bad", "halted"],
  ROLLED_BACK: ["warn", "rolled back"],
  SUPERSEDED: ["plain", "superseded"],
};

const COLUMNS: readonly Column<Rollout>[] = [
  {
    id: "secret",
    header: "Secret",
    value: ({ secret = "" }) => idOf(secret),
    cell: ({ secret = "" }) => (
      <RowLink href={pageOf(secret)}>
        <span className="mono">{idOf(secret)}</span>
      </RowLink>
    ),
  },
  { id: "scope", header: "Scope", value: ({ secret = "" }) => scopeLabel(scopeOf(secret)) },
  {
    id: "version",
    header: "Change",
    value: ({ version }) => numberIn(version),
    cell: ({ version }) => (numberIn(version) === 0 ? "deleted" : `version ${numberIn(version)}`),
  },
  {
    id: "state",
    header: "State",
    value: ({ state = "" }) => state,
    cell: (rollout) => <State rollout={rollout} />,
  },
  {
    id: "progress",
    header: "Containers",
    searchable: false,
    value: ({ containersDone, containersTotal }) =>
      numberIn(containersDone) / Math.max(1, numberIn(containersTotal)),
    cell: (rollout) => <Containers rollout={rollout} />,
  },
  {
    id: "started",
    header: "Started",
    searchable: false,
    value: ({ createTime = "" }) => createTime,
    cell: ({ createTime }) => <Time at={createTime} />,
  },
  { id: "by", header: "By", value: ({ creator = "" }) => principalLabel(creator) },
];

/** Changes that are under way or were, newest first; looks again every second. */
export default function RolloutsPage() {
  const { organization } = useParams<"/:organization">();
  const parent = `organizations/${organization}`;
  const list = useList("RolloutService/ListRollouts", { parent }, "rollouts", { every: 1_500 });
  return (
    <>
      <PageHeader title="Rollouts">
        Each write of a secret that a running container has to get, and how far it has come. A container
        counts once its node has acknowledged the version.
      </PageHeader>
      <Loaded query={list}>{(data) => <List rollouts={data} parent={parent} />}</Loaded>
    </>
  );
}

function List({ rollouts, parent }: { readonly rollouts: readonly Rollout[]; readonly parent: string }) {
  if (rollouts.length === 0) {
    return (
      <EmptyState
        icon={<RolloutIcon />}
        title="No rollouts yet"
        commands={[`keyhold rollout list ${shortName(parent)}`]}
      >
        When a secret is written that running containers use, its way to each of them is shown here, step by
        step.
      </EmptyState>
    );
  }
  return (
    <>
      <Toolbar
        placeholder="Search the rollouts"
        count={rollouts.length === 1 ? "1 rollout" : `${rollouts.length} rollouts`}
      />
      <DataTable label="Rollouts" rows={rollouts} columns={COLUMNS} keyOf={({ name = "" }) => name} />
    </>
  );
}

function State({ rollout: { state, problem = "" } }: { readonly rollout: Rollout }) {
  const [tone, word] = STATES[state ?? ""] ?? ["plain", "unknown"];
  return (
    <span>
      <Tag tone={tone}>{word}</Tag> {problem !== "" && <span className="dim">{sentence(problem)}</span>}
    </span>
  );
}

function Containers({ rollout }: { readonly rollout: Rollout }) {
  const [done, total] = [numberIn(rollout.containersDone), numberIn(rollout.containersTotal)];
  const text = `${done} of ${total}`;
  return (
    <span>
      {text}
      <Progress
        size="xs"
        mt={4}
        value={total === 0 ? 100 : (100 * done) / total}
        color={done === total ? "teal" : "blue"}
        transitionDuration={200}
        aria-label={text}
      />
    </span>
  );
}
