import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useMemo } from "react";
import { OWN_PAGE } from "../api/call.ts";
import { ApiError } from "../api/error.ts";
import { read } from "../api/queries.ts";
import type { Identity } from "../api/types.ts";
import { ErrorState, Loading } from "../parts/states.tsx";
import { type Session, SessionProvider } from "./session.ts";
import { SignInPage } from "./sign-in-page.tsx";

const WHO = read("TokenService/GetIdentity", {});

/** Shows the sign-in page instead of any other while nobody is signed in; the address stays, so one ends where one wanted to be. */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const client = useQueryClient();
  const who = useQuery({ ...WHO, staleTime: Number.POSITIVE_INFINITY });
  useSignedOutElsewhere();
  const session = useMemo(() => who.data && sessionOf(who.data), [who.data]);

  if (session !== undefined) return <SessionProvider value={session}>{children}</SessionProvider>;
  if (who.error instanceof ApiError && who.error.code === "unauthenticated") {
    return <SignInPage onSignedIn={() => client.invalidateQueries()} />;
  }
  if (who.error !== null) return <ErrorState error={who.error} retry={() => who.refetch()} />;
  return <Loading />;
}

function sessionOf(identity: Identity): Session {
  return {
    identity,
    principal: identity.principal ?? "",
    signOut: async () => {
      const answer = await fetch("/auth/sign-out", { method: "POST", headers: OWN_PAGE });
      if (!answer.ok) throw await ApiError.of(answer);
      // Nothing that was read or typed outlives the page.
      window.location.reload();
    },
  };
}

/** Any call that is told that nobody is signed in (any more) leads back to the sign-in page. */
function useSignedOutElsewhere(): void {
  const client = useQueryClient();
  useEffect(
    () =>
      client.getQueryCache().subscribe((event) => {
        if (event.type !== "updated" || event.action.type !== "error") return;
        const { error } = event.action;
        const isOwn = event.query.queryKey[0] === WHO.queryKey[0];
        if (!isOwn && error instanceof ApiError && error.code === "unauthenticated")
          client.resetQueries({ queryKey: WHO.queryKey });
      }),
    [client],
  );
}
