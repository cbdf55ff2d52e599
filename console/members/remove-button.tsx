import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { principalLabel } from "../api/names.ts";
import { useConfirm } from "../parts/confirm.tsx";
import { toast } from "../parts/toasts.tsx";
import type { Member, Membership } from "./membership.ts";

export function RemoveButton({
  member,
  membership,
}: {
  readonly member: Member;
  readonly membership: Membership;
}) {
  const { principal = "" } = member;
  const who = principalLabel(principal);
  const client = useQueryClient();
  const confirm = useConfirm();
  const remove = () =>
    confirm({
      title: `Remove ${who}?`,
      children: membership.consequence,
      action: `Remove ${who}`,
      danger: true,
      run: async () => {
        await membership.take(principal);
        await client.invalidateQueries({ queryKey: [membership.list] });
        toast(`${who} is removed`);
      },
    });
  return (
    <Button size="compact-sm" variant="default" onClick={remove} aria-label={`Remove ${who}…`}>
      Remove…
    </Button>
  );
}
