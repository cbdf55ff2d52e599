import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { call } from "../api/call.ts";
import { principalLabel } from "../api/names.ts";
import type { Token } from "../api/types.ts";
import { useConfirm } from "../parts/confirm.tsx";
import { useNow } from "../parts/time.tsx";
import { toast } from "../parts/toasts.tsx";
import { useSession } from "../session/session.ts";
import { stateOf } from "./state.ts";

export function RevokeButton({ token }: { readonly token: Token }) {
  const { name = "", prefix = "", principal = "" } = token;
  const client = useQueryClient();
  const confirm = useConfirm();
  const { identity } = useSession();
  const now = useNow();
  if (stateOf(token, now) !== "works") return null;
  const isThisOne = identity.token?.name === name;
  const revoke = () =>
    confirm({
      title: `Revoke ${prefix}…?`,
      children: isThisOne
        ? "It is the session you are signed in with here: you are signed out at once."
        : `Whatever acts as ${principalLabel(principal)} with it is refused from now on, calls under way included. It cannot be taken back.`,
      action: `Revoke ${prefix}…`,
      danger: true,
      run: async () => {
        await call("TokenService/RevokeToken", { name });
        toast(`${prefix}… is revoked`);
        await client.invalidateQueries(isThisOne ? {} : { queryKey: ["TokenService/ListTokens"] });
      },
    });
  return (
    <Button size="compact-sm" variant="default" onClick={revoke} aria-label={`Revoke ${prefix}…`}>
      Revoke…
    </Button>
  );
}
