import { KeyholdError } from "../../common/errors.ts";
import { readCertificateFile } from "../input/file.ts";
import type { Environment } from "../surroundings.ts";
import type { Session } from "./api.ts";
import { loginPath, readLogins } from "./login-file.ts";

/**
 * Who calls which server: the environment first, then the saved login.
 * @throws KeyholdError `unauthenticated` where something is missing, naming both ways to give it
 */
export async function findSession(environment: Environment): Promise<Session> {
  const { server, caFile, token } = environment;
  const ca = caFile === undefined ? undefined : await readCertificateFile(caFile, "KEYHOLD_CA_FILE");
  if (server !== undefined && token !== undefined) {
    const saved = ca === undefined ? await savedLogin(environment) : undefined;
    return { server: checkAddresses(server, "KEYHOLD_SERVER"), token, ca: ca ?? saved?.ca };
  }
  const saved = await savedLogin(environment);
  if (saved === undefined) throw notLoggedIn(environment);
  if (token === undefined) {
    refuseForeignServer(server, saved);
    refuseForeignCa(ca, saved);
  }
  return {
    server: server === undefined ? saved.server : checkAddresses(server, "KEYHOLD_SERVER"),
    token: token ?? saved.token,
    ca: ca ?? saved.ca,
  };
}

/**
 * A saved token goes only to the server it was saved with: the environment may be set by whoever wrote the directory that a
 * shell is in.
 */
function refuseForeignServer(server: string | undefined, saved: Session): void {
  const known = saved.server.split(",");
  if (server === undefined || server.split(",").every((address) => known.includes(address))) return;
  throw new KeyholdError({
    code: "unauthenticated",
    message: `KEYHOLD_SERVER is ${server}, not the server of the saved login to ${saved.server}, whose token is not sent to others`,
    next: `unset KEYHOLD_SERVER, or set KEYHOLD_TOKEN too, or log in there: keyhold login --server ${server} --ca-file FILE`,
  });
}

/** A saved token goes only to servers that the saved CA vouches for: another CA could be anybody's. */
function refuseForeignCa(ca: string | undefined, saved: Session): void {
  if (ca === undefined || ca === saved.ca) return;
  throw new KeyholdError({
    code: "unauthenticated",
    message: `KEYHOLD_CA_FILE is not the CA of the saved login to ${saved.server}, whose token is not sent to others`,
    next: "set KEYHOLD_TOKEN too, or log in to that server: keyhold login --server HOST:PORT --ca-file FILE",
  });
}

async function savedLogin(environment: Environment): Promise<Session | undefined> {
  if (environment.home === undefined && environment.configHome === undefined) return undefined;
  const { current, contexts } = await readLogins(loginPath(environment));
  if (current !== undefined && contexts[current] !== undefined) return contexts[current];
  const names = Object.keys(contexts);
  const [first] = names;
  if (first === undefined || environment.token !== undefined) return undefined;
  throw new KeyholdError({
    code: "unauthenticated",
    message: `no login is chosen; saved are ${names.join(", ")}`,
    next: `choose one: keyhold context use ${first}`,
  });
}

function notLoggedIn(environment: Environment): KeyholdError {
  const missing = [
    environment.server === undefined ? "KEYHOLD_SERVER" : undefined,
    environment.token === undefined ? "KEYHOLD_TOKEN" : undefined,
  ].filter((name) => name !== undefined);
  return new KeyholdError({
    code: "unauthenticated",
    message: "not logged in",
    next: `run keyhold login --server HOST:PORT --ca-file FILE, or set ${missing.join(" and ")} (and KEYHOLD_CA_FILE)`,
  });
}

/**
 * @returns the address as given
 * @throws KeyholdError `invalid`
 */
export function checkAddress(text: string, field: string): string {
  const [, port] = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):(\d{1,5})$/.exec(text) ?? [];
  if (port !== undefined && Number(port) > 0 && Number(port) < 65_536) return text;
  throw new KeyholdError({
    code: "invalid",
    field,
    message: `${field} ${JSON.stringify(text)} is not an address`,
    next: "write host and port: keyhold.example.com:7443, 127.0.0.1:7443 or [::1]:7443",
  });
}

/**
 * One address or several with commas between them: servers of the same control plane, tried in this order.
 * @returns the addresses as given, without spaces
 * @throws KeyholdError `invalid`
 */
export function checkAddresses(text: string, field: string): string {
  const addresses = text.split(",").map((each) => each.trim());
  return addresses.map((each) => checkAddress(each, field)).join(",");
}
