import type { Session } from "../../api/api.ts";
import type { Cli } from "../../cli.ts";
import { readInvitation } from "../../input/value.ts";

/**
 * Exchanges an invitation for a token.
 * @returns the token
 * @throws KeyholdError what is wrong with the invitation
 */
export async function signInWithInvitation(cli: Cli, server: Omit<Session, "token">): Promise<string> {
  const invitation = await readInvitation(cli.surroundings, `Invitation for ${server.server} (not shown): `);
  // The caller has no token yet: this method is served without one.
  const api = await cli.connect({ ...server, token: "" });
  try {
    return (await api.call("TokenService", "RedeemInvitation", { invitation })).secret;
  } finally {
    api.close();
  }
}
