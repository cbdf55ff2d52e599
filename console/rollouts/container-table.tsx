import { Link } from "wouter";
import { sentence } from "../api/error.ts";
import { numberIn } from "../api/json.ts";
import { idOf, pageOf, scopeLabel } from "../api/names.ts";
import type { RolloutStatus } from "../api/types.ts";
import type { Column } from "../parts/column.ts";
import { DataTable } from "../parts/data-table.tsx";
import { Tag, type Tone } from "../parts/tag.tsx";

export type Container = NonNullable<RolloutStatus["containers"]>[number];

const STATES: Readonly<Record<string, readonly [tone: Tone, word: string]>> = {
  CURRENT: ["good", "current"],
  PENDING: ["accent", "on its way"],
  WAITING: ["warn", "waits for its window"],
  NEXT_START: ["plain", "at its next start"],
  HALTED: ["bad", "halted"],
  UNREACHABLE: ["bad", "node unreachable"],
};

/** Which container has which version of a secret. */
export function ContainerTable(props: {
  readonly containers: readonly Container[];
  readonly newest: number;
}) {
  const columns: readonly Column<Container>[] = [
    {
      id: "container",
      header: "Container",
      value: nameOf,
      cell: (container) => <b>{nameOf(container)}</b>,
    },
    {
      id: "node",
      header: "Node",
      value: ({ node = "" }) => idOf(node),
    },
    {
      id: "target",
      header: "Runs for",
      value: ({ target = "" }) => scopeLabel(target),
      cell: ({ target = "" }) => <Link href={pageOf(target)}>{scopeLabel(target)}</Link>,
    },
    {
      id: "version",
      header: "Has version",
      value: ({ version }) => numberIn(version),
      cell: ({ version }) => <Version version={numberIn(version)} newest={props.newest} />,
    },
    {
      id: "state",
      header: "State",
      value: ({ state = "" }) => state,
      cell: (container) => <State container={container} />,
    },
  ];
  return (
    <DataTable
      label="Containers"
      rows={props.containers}
      columns={columns}
      keyOf={(container) => `${container.node} ${container.containerId}`}
    />
  );
}

function Version({ version, newest }: { readonly version: number; readonly newest: number }) {
  if (version === 0) return <span className="dim">none</span>;
  if (version === newest) return version;
  return (
    <>
      {version} <span className="dim">of {newest}</span>
    </>
  );
}

function State({ container: { state, problem = "" } }: { readonly container: Container }) {
  const [tone, word] = STATES[state ?? ""] ?? ["plain", "unknown"];
  return (
    <span>
      <Tag tone={tone}>{word}</Tag> {problem !== "" && <span className="dim">{sentence(problem)}</span>}
    </span>
  );
}

function nameOf({ containerName = "", containerId = "" }: Container): string {
  return containerName.replace(/^\//, "") || containerId.slice(0, 12);
}
