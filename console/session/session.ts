import { createContext, useContext } from "react";
import type { Identity } from "../api/types.ts";

/** Who is signed in. */
export interface Session {
  /** `organizations/acme/users/alice`, or `users/owner`. */
  readonly principal: string;
  readonly identity: Identity;
  /** Revokes the session's token, takes the cookie away and forgets all that was read. */
  readonly signOut: () => Promise<void>;
}

const Context = createContext<Session | undefined>(undefined);
export const SessionProvider = Context.Provider;

export function useSession(): Session {
  const session = useContext(Context);
  if (session === undefined) throw new Error("only inside of SessionGate");
  return session;
}
