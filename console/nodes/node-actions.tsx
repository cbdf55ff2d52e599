import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { call } from "../api/call.ts";
import { numberIn } from "../api/json.ts";
import { idOf } from "../api/names.ts";
import type { Node } from "../api/types.ts";
import { useConfirm } from "../parts/confirm.tsx";
import { toast } from "../parts/toasts.tsx";
import { stateOf } from "./health.ts";

export function NodeActions({ node }: { readonly node: Node }) {
  const { name = "" } = node;
  const client = useQueryClient();
  const confirm = useConfirm();
  if (stateOf(node) === "revoked") return null;
  const containers = numberIn(node.containers);
  const revoke = () =>
    confirm({
      title: `Revoke ${idOf(name)}?`,
      children: `It is cut off within a second and gets no values any more. ${running(containers)} Workspaces that are placed on it lose their placement. To come back it has to join again with a new token.`,
      action: `Revoke ${idOf(name)}`,
      danger: true,
      run: async () => {
        await call("NodeService/RevokeNode", { name });
        await client.invalidateQueries({ queryKey: ["NodeService/ListNodes"] });
        toast(`${idOf(name)} is revoked`);
      },
    });
  return (
    <Button size="compact-sm" variant="default" onClick={revoke} aria-label={`Revoke ${idOf(name)}…`}>
      Revoke…
    </Button>
  );
}

function running(containers: number): string {
  if (containers === 0) return "No labelled container runs there.";
  const which =
    containers === 1
      ? "The container that runs there goes on"
      : `The ${containers} containers that run there go on`;
  return `${which} with the values that are there, and cannot be started again.`;
}
