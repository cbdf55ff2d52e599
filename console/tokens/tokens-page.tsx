import { Button } from "@mantine/core";
import { useMemo } from "react";
import { useParams } from "wouter";
import { idOf, principalLabel, scopeLabel } from "../api/names.ts";
import { useList } from "../api/queries.ts";
import type { Token } from "../api/types.ts";
import type { Column } from "../parts/column.ts";
import { DataTable } from "../parts/data-table.tsx";
import { useDialog } from "../parts/dialog-state.ts";
import { PlusIcon, TicketIcon } from "../parts/icons.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { PageHeader } from "../parts/page-header.tsx";
import { EmptyState } from "../parts/states.tsx";
import { useTableState } from "../parts/table-state.ts";
import { Tag } from "../parts/tag.tsx";
import { Time, useNow } from "../parts/time.tsx";
import { Filter, Toolbar } from "../parts/toolbar.tsx";
import { NewTokenDialog } from "./new-token-dialog.tsx";
import { RevokeButton } from "./revoke-button.tsx";
import { stateOf, TONES } from "./state.ts";

const COLUMNS: readonly Column<Token>[] = [
  {
    id: "prefix",
    header: "Token",
    value: ({ prefix = "", displayName = "" }) => `${prefix} ${displayName}`,
    cell: ({ prefix = "", displayName = "" }) => (
      <span>
        <b className="mono">{prefix}…</b> {displayName}
      </span>
    ),
  },
  { id: "principal", header: "Acts as", value: ({ principal = "" }) => principalLabel(principal) },
  {
    id: "scopes",
    header: "Limited to",
    value: ({ scopes = [] }) => (scopes.length === 0 ? "—" : scopes.map(scopeLabel).join(", ")),
  },
  {
    id: "state",
    header: "State",
    value: ({ revokeTime = "" }) => revokeTime,
    cell: (token) => <State token={token} />,
  },
  {
    id: "used",
    header: "Last used",
    searchable: false,
    value: ({ lastUseTime = "" }) => lastUseTime,
    cell: ({ lastUseTime }) => <Time at={lastUseTime} />,
  },
  {
    id: "expires",
    header: "Ends",
    searchable: false,
    value: ({ expireTime = "" }) => expireTime,
    cell: ({ expireTime }) => (expireTime === undefined ? "never" : <Time at={expireTime} deadline />),
  },
  {
    id: "created",
    header: "Made",
    searchable: false,
    value: ({ createTime = "" }) => createTime,
    cell: ({ createTime }) => <Time at={createTime} />,
  },
  { id: "actions", header: "", value: () => "", cell: (token) => <RevokeButton token={token} /> },
];

/** Which token each was made with: it is revoked together with that. A token of the server's owner is not in the list. */
function columnsOf(tokens: readonly Token[]): readonly Column<Token>[] {
  const prefixes = new Map(tokens.map(({ name = "", prefix = "" }) => [name, `${prefix}…`]));
  const parent: Column<Token> = {
    id: "parent",
    header: "Made with",
    value: ({ parent = "" }) => (parent === "" ? "—" : (prefixes.get(parent) ?? "the server owner’s")),
  };
  return [...COLUMNS.slice(0, 3), parent, ...COLUMNS.slice(3)];
}

const STATES = [
  { value: "", label: "That work" },
  { value: "all", label: "All" },
];

/** One's own; owners and admins see all of the organization. */
export default function TokensPage() {
  const { organization } = useParams<"/:organization">();
  const parent = `organizations/${organization}`;
  const list = useList("TokenService/ListTokens", { parent }, "tokens");
  const { dialog, open, close } = useDialog();
  const create = (
    <Button leftSection={<PlusIcon size={16} />} onClick={() => open("new")}>
      New token
    </Button>
  );
  return (
    <>
      <PageHeader title="Tokens" actions={create}>
        What programs and people sign in with. The server keeps only a hash, so a token is shown once: when it
        is made.
      </PageHeader>
      <Loaded query={list}>{(data) => <List tokens={data} organization={organization} />}</Loaded>
      {dialog === "new" && <NewTokenDialog organization={parent} close={close} />}
    </>
  );
}

function List({
  tokens,
  organization,
}: {
  readonly tokens: readonly Token[];
  readonly organization: string;
}) {
  const now = useNow();
  const { filter } = useTableState();
  const columns = useMemo(() => columnsOf(tokens), [tokens]);
  const rows = filter("state") === "all" ? tokens : tokens.filter((token) => stateOf(token, now) === "works");
  const none = (
    <EmptyState
      icon={<TicketIcon />}
      title="No token that works"
      commands={[`keyhold token create ${organization}/alice`]}
    >
      A token lets a program, or you on a command line, act as you or a service account. It can be limited to
      a project or a workspace.
    </EmptyState>
  );
  return (
    <>
      <Toolbar
        placeholder="Search the tokens"
        count={rows.length === 1 ? "1 token" : `${rows.length} tokens`}
      >
        <Filter label="Which" name="state" options={STATES} />
      </Toolbar>
      <DataTable
        label="Tokens"
        rows={rows}
        columns={columns}
        keyOf={({ name = "" }) => idOf(name)}
        empty={none}
      />
    </>
  );
}

function State({ token }: { readonly token: Token }) {
  const state = stateOf(token, useNow());
  return <Tag tone={TONES[state]}>{state}</Tag>;
}
