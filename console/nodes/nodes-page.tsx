import { Button } from "@mantine/core";
import { useParams } from "wouter";
import { useList } from "../api/queries.ts";
import type { Node } from "../api/types.ts";
import { DataTable } from "../parts/data-table.tsx";
import { useDialog } from "../parts/dialog-state.ts";
import { PlusIcon, ServerIcon } from "../parts/icons.tsx";
import { Loaded } from "../parts/loaded.tsx";
import { PageHeader } from "../parts/page-header.tsx";
import { EmptyState } from "../parts/states.tsx";
import { Toolbar } from "../parts/toolbar.tsx";
import { JoinDialog } from "./join-dialog.tsx";
import { NODE_COLUMNS } from "./node-columns.tsx";
import { Warnings } from "./warnings.tsx";

/** The fleet: which Docker hosts there are, and what about them wants doing. Looks again every few seconds. */
export default function NodesPage() {
  const { organization } = useParams<"/:organization">();
  const parent = `organizations/${organization}`;
  const list = useList("NodeService/ListNodes", { parent }, "nodes", { every: 3_000 });
  const { dialog, open, close } = useDialog();
  const join = (
    <Button leftSection={<PlusIcon size={16} />} onClick={() => open("join")}>
      Add a node
    </Button>
  );
  return (
    <>
      <PageHeader title="Nodes" actions={join}>
        The Docker hosts that run an agent. Each holds a certificate of its own for 24 hours and renews it by
        itself.
      </PageHeader>
      <Loaded query={list}>{(data) => <Fleet nodes={data} organization={organization} />}</Loaded>
      {dialog === "join" && <JoinDialog organization={parent} close={close} />}
    </>
  );
}

function Fleet({ nodes, organization }: { readonly nodes: readonly Node[]; readonly organization: string }) {
  if (nodes.length === 0) {
    return (
      <EmptyState
        icon={<ServerIcon />}
        title="No nodes yet"
        commands={[
          `keyhold node join-token ${organization} --name build-1`,
          "keyhold agent start --server HOST:7443 --join TOKEN",
        ]}
      >
        A node is a Docker host with an agent. It joins with a token that works once, then gives its labelled
        containers their secrets.
      </EmptyState>
    );
  }
  return (
    <>
      <Warnings nodes={nodes} />
      <Toolbar
        placeholder="Search the nodes"
        count={nodes.length === 1 ? "1 node" : `${nodes.length} nodes`}
      />
      <DataTable label="Nodes" rows={nodes} columns={NODE_COLUMNS} keyOf={({ name = "" }) => name} />
    </>
  );
}
