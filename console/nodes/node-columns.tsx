import { numberIn } from "../api/json.ts";
import { idOf } from "../api/names.ts";
import type { Node } from "../api/types.ts";
import type { Column } from "../parts/column.ts";
import { Tag } from "../parts/tag.tsx";
import { Time } from "../parts/time.tsx";
import { stateOf } from "./health.ts";
import { NodeActions } from "./node-actions.tsx";

const TONES = { connected: "good", away: "bad", revoked: "plain" } as const;

export const NODE_COLUMNS: readonly Column<Node>[] = [
  {
    id: "name",
    header: "Name",
    value: ({ name = "" }) => idOf(name),
    cell: ({ name = "" }) => <b>{idOf(name)}</b>,
  },
  {
    id: "state",
    header: "State",
    value: stateOf,
    cell: (node) => <Tag tone={TONES[stateOf(node)]}>{stateOf(node)}</Tag>,
  },
  { id: "version", header: "Agent", value: ({ agentVersion = "" }) => agentVersion || "—" },
  {
    id: "containers",
    header: "Containers",
    searchable: false,
    value: ({ containers }) => numberIn(containers),
  },
  {
    id: "contact",
    header: "Last contact",
    searchable: false,
    value: ({ connected, lastContactTime = "" }) => (connected === true ? "9" : lastContactTime),
    cell: ({ connected, lastContactTime }) => (connected === true ? "now" : <Time at={lastContactTime} />),
  },
  {
    id: "certificate",
    header: "Certificate ends",
    searchable: false,
    value: ({ certificateExpireTime = "" }) => certificateExpireTime,
    cell: ({ certificateExpireTime }) => <Time at={certificateExpireTime} deadline />,
  },
  {
    id: "projects",
    header: "Projects",
    value: ({ projects = [] }) => (projects.length === 0 ? "—" : projects.map(idOf).join(", ")),
  },
  { id: "actions", header: "", value: () => "", cell: (node) => <NodeActions node={node} /> },
];
