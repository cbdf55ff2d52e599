import { Button } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { call } from "../api/call.ts";
import { numberIn } from "../api/json.ts";
import { organizationOf, pageOf, principalLabel, shortName } from "../api/names.ts";
import type { AuditEvent } from "../api/types.ts";
import type { Column } from "../parts/column.ts";
import { DataTable } from "../parts/data-table.tsx";
import { ListIcon } from "../parts/icons.tsx";
import { EmptyState, ErrorState, Loading } from "../parts/states.tsx";
import { Tag } from "../parts/tag.tsx";
import { Time } from "../parts/time.tsx";
import classes from "./audit-events.module.css";

const PAGE = 100;

/** @param trail the secret whose trail is shown: of what was handed out only this one counts */
const columnsOf = (trail: string): readonly Column<AuditEvent>[] => [
  {
    id: "time",
    header: "When",
    sortable: false,
    searchable: false,
    value: ({ time = "" }) => time,
    cell: ({ time }) => <Time at={time} />,
  },
  { id: "who", header: "Who", sortable: false, value: ({ principal = "" }) => principalLabel(principal) },
  { id: "action", header: "What", sortable: false, value: ({ action = "" }) => wordOf(action) },
  {
    id: "resource",
    header: "To what",
    sortable: false,
    value: ({ resource = "" }) => shortName(resource),
    cell: (event) => <Resource event={event} trail={trail} />,
  },
  {
    id: "result",
    header: "Result",
    sortable: false,
    value: ({ result = "" }) => result,
    cell: ({ result = "", count }) => <Result result={result} count={numberIn(count)} />,
  },
  { id: "address", header: "From", sortable: false, value: ({ address = "" }) => address || "—" },
];

/** Newest first; older ones on demand. @param resource only what concerns it, or what is below it */
export function AuditEvents(props: {
  readonly parent: string;
  readonly resource?: string;
  readonly principal?: string;
}) {
  const { parent, resource = "", principal = "" } = props;
  const list = useInfiniteQuery({
    queryKey: ["AuditService/ListAuditEvents", parent, resource, principal],
    queryFn: ({ pageParam, signal }) =>
      call(
        "AuditService/ListAuditEvents",
        { parent, resource, principal, pageSize: PAGE, pageToken: pageParam },
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: ({ nextPageToken }) => nextPageToken,
  });
  if (list.error !== null) return <ErrorState error={list.error} retry={list.refetch} />;
  if (list.data === undefined) return <Loading />;
  const events = list.data.pages.flatMap(({ events: some = [] }) => some);
  if (events.length === 0 && !list.hasNextPage) {
    return (
      <EmptyState
        icon={<ListIcon />}
        title="Nothing is written down"
        commands={[`keyhold audit list ${shortName(organizationOf(parent))}`]}
      >
        Every change, every reading of a value, every delivery and every refusal leaves a row here, chained to
        the one before.
      </EmptyState>
    );
  }
  return (
    <>
      <DataTable
        label="Audit log"
        rows={events}
        columns={columnsOf(resource)}
        keyOf={({ name = "" }) => name}
      />
      {list.hasNextPage && (
        <div className={classes.more}>
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
            Show older ones
          </Button>
        </div>
      )}
    </>
  );
}

/** `keyhold.v1.SecretService/UpdateSecret` -> `update secret`; what an agent did stays as it is: `agent/restart`. */
function wordOf(action: string): string {
  const [, method] = /^keyhold\.v1\.\w+\/(\w+)$/.exec(action) ?? [];
  return method === undefined
    ? action
    : method.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).toLowerCase();
}

function Resource({ event, trail }: { readonly event: AuditEvent; readonly trail: string }) {
  const { resource = "", version, comment = "", details = [] } = event;
  const label = shortName(resource) || "—";
  const isReadable = resource.includes("/secrets/") && !resource.endsWith("/(private)");
  return (
    <span>
      {isReadable ? <Link href={pageOf(resource)}>{label}</Link> : label}
      {numberIn(version) > 0 && <span className="dim"> version {numberIn(version)}</span>}
      {comment !== "" && <span className="dim"> “{comment}”</span>}
      {details.length > 0 && <Details items={details} trail={trail} />}
    </span>
  );
}

/** What was handed out, folded: a workspace may get thousands of secrets. */
function Details({ items, trail }: { readonly items: readonly string[]; readonly trail: string }) {
  const own = items.find((item) => trail !== "" && item.startsWith(`${trail}@`));
  if (own !== undefined) return <span className="dim"> version {own.slice(trail.length + 1)}</span>;
  return (
    <details>
      <summary className="dim">{items.length === 1 ? "1 name" : `${items.length} names`}</summary>
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: private names repeat, and the list never changes
        <div key={index} className="mono">
          {shortName(item)}
        </div>
      ))}
    </details>
  );
}

function Result({ result, count }: { readonly result: string; readonly count: number }) {
  const times = count > 1 ? `, ${count.toLocaleString("en")} times` : "";
  return (
    <Tag tone={result === "OK" ? "good" : "bad"}>
      {result.toLowerCase().replaceAll("_", " ")}
      {times}
    </Tag>
  );
}
