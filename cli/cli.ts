import type { KeyholdError } from "../common/errors.ts";
import type { Api, Connect } from "./api/api.ts";
import { atReachable } from "./api/reachable.ts";
import { findSession } from "./api/session.ts";
import type { Printer } from "./output/printer.ts";
import { watchNotFound } from "./suggest/failed-calls.ts";
import type { Surroundings } from "./surroundings.ts";

/** What every command is given. */
export interface Cli {
  readonly surroundings: Surroundings;
  readonly printer: Printer;
  readonly connect: Connect;
}

/**
 * Calls the control plane that the caller is logged in to, and hangs up at the end: an open connection keeps the process
 * alive. An error about a name that does not exist says which one is nearest.
 */
export async function withApi<T>(
  cli: Pick<Cli, "surroundings" | "connect">,
  task: (api: Api) => Promise<T>,
): Promise<T> {
  const { api, requestOf } = watchNotFound(
    await cli.connect(await findSession(cli.surroundings.environment)),
  );
  try {
    return await task(api);
  } catch (thrown) {
    const request = requestOf(thrown);
    if (request === undefined) throw thrown;
    const { withNearestName } = await import("./suggest/nearest-name.ts");
    throw await withNearestName(api, thrown as KeyholdError, request);
  } finally {
    api.close();
  }
}

/** gRPC and the proto files are loaded by the commands that need them, when they need them. */
export const connectLazily: Connect = async (session) => {
  const { connectGrpc } = await import("./api/grpc-api.ts");
  return connectGrpc(await atReachable(session));
};
