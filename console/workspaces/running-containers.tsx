import type { Response } from "../api/call.ts";
import { sentence } from "../api/error.ts";
import { numberIn } from "../api/json.ts";
import { idOf, levelOf, organizationOf, scopeLabel, scopeOf, shortName } from "../api/names.ts";
import { useRead } from "../api/queries.ts";
import type { Column } from "../parts/column.ts";
import { DataTable } from "../parts/data-table.tsx";
import { BoxIcon } from "../parts/icons.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { Panel } from "../parts/panel.tsx";
import { EmptyState } from "../parts/states.tsx";
import { Tag } from "../parts/tag.tsx";
import { Time } from "../parts/time.tsx";
import classes from "./running-containers.module.css";

type Container = NonNullable<Response<"SecretService/ListWorkloadContainers">["containers"]>[number];

/** The newest version of each secret that wins, by its resource name. */
type Newest = ReadonlyMap<string, number>;

/** Which containers run for it, and with which versions; looks again every second, so a change is seen on its way. */
export function RunningContainers({ target }: { readonly target: string }) {
  const list = useRead("SecretService/ListWorkloadContainers", { target }, { every: 1_000, keep: true });
  const explained = useRead("SecretService/ExplainWorkload", { target }, { every: 2_000, keep: true });
  const newest = new Map(
    (explained.data?.entries ?? []).flatMap(({ candidates = [] }) =>
      candidates
        .filter(({ wins }) => wins)
        .map(({ secret = "", version }) => [secret, numberIn(version)] as const),
    ),
  );
  return (
    <Panel title="Containers">
      <Loaded query={list}>
        {({ containers = [] }) => <Table containers={containers} target={target} newest={newest} />}
      </Loaded>
    </Panel>
  );
}

function Table(props: {
  readonly containers: readonly Container[];
  readonly target: string;
  readonly newest: Newest;
}) {
  const { containers, target, newest } = props;
  if (containers.length === 0) {
    return (
      <EmptyState
        icon={<BoxIcon />}
        title="No containers yet"
        commands={[`docker run --runtime keyhold -l ${labelOf(target)} IMAGE`]}
      >
        A container with this label gets what is listed above before its first instruction, and appears here.
      </EmptyState>
    );
  }
  const columns: readonly Column<Container>[] = [
    { id: "container", header: "Container", value: nameOf, cell: (container) => <b>{nameOf(container)}</b> },
    { id: "node", header: "Node", value: ({ node = "" }) => idOf(node) },
    { id: "state", header: "State", value: stateOf, cell: (container) => <State container={container} /> },
    {
      id: "delivered",
      header: "Runs with",
      sortable: false,
      value: ({ delivered = [] }) => delivered.map(({ secret = "" }) => idOf(secret)).join(" "),
      cell: ({ delivered = [] }) => <Delivered delivered={delivered} newest={newest} />,
    },
  ];
  return (
    <DataTable
      label="Containers"
      prefix="containers."
      rows={containers}
      columns={columns}
      keyOf={(container) => `${container.node} ${container.containerId}`}
    />
  );
}

/** `keyhold.workspace=acme/ws-1` */
function labelOf(target: string): string {
  return `keyhold.${levelOf(target)}=${shortName(organizationOf(target))}/${idOf(target)}`;
}

function Delivered({
  delivered,
  newest,
}: {
  readonly delivered: NonNullable<Container["delivered"]>;
  readonly newest: Newest;
}) {
  if (delivered.length === 0) return <span className="dim">nothing that you may see</span>;
  return (
    <ul className={classes.delivered}>
      {delivered.map(({ secret = "", version }) => {
        const isNewest = newest.get(secret) === numberIn(version);
        return (
          <li key={secret} title={`${idOf(secret)} of the ${scopeLabel(scopeOf(secret))}`}>
            <span className="mono">{idOf(secret)}</span>{" "}
            <Tag tone={isNewest ? "good" : "warn"}>version {numberIn(version)}</Tag>
          </li>
        );
      })}
    </ul>
  );
}

function State({ container }: { readonly container: Container }) {
  const { problem = "", waitingUntil } = container;
  const state = stateOf(container);
  const tone = {
    running: "good",
    stopped: "plain",
    changing: "accent",
    waiting: "warn",
    "node unreachable": "bad",
  } as const;
  return (
    <span>
      <Tag tone={problem === "" ? tone[state] : "bad"}>{state}</Tag>{" "}
      {state === "waiting" && (
        <span className="dim">
          for its window <Time at={waitingUntil} deadline />
        </span>
      )}
      {problem !== "" && <span className="dim">{sentence(problem)}</span>}
    </span>
  );
}

function stateOf({ connected, running, due, waitingUntil }: Container) {
  if (connected !== true) return "node unreachable";
  if (running !== true) return "stopped";
  if (waitingUntil !== undefined) return "waiting";
  return due === true ? "changing" : "running";
}

function nameOf({ containerName = "", containerId = "" }: Container): string {
  return containerName.replace(/^\//, "") || containerId.slice(0, 12);
}
