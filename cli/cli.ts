import type { Api, Connect } from "./api/api.ts";
import { atReachable } from "./api/reachable.ts";
import { findSession } from "./api/session.ts";
import type { Printer } from "./output/printer.ts";
import type { Surroundings } from "./surroundings.ts";

/** What every command is given. */
export interface Cli {
  readonly surroundings: Surroundings;
  readonly printer: Printer;
  readonly connect: Connect;
}

/**
 * Calls the control plane that the caller is logged in to, and hangs up at the end: an open connection keeps the process
 * alive.
 */
export async function withApi<T>(
  cli: Pick<Cli, "surroundings" | "connect">,
  task: (api: Api) => Promise<T>,
): Promise<T> {
  const api = await cli.connect(await findSession(cli.surroundings.environment));
  try {
    return await task(api);
  } finally {
    api.close();
  }
}

/** gRPC and the proto files are loaded by the commands that need them, when they need them. */
export const connectLazily: Connect = async (session) => {
  const { connectGrpc } = await import("./api/grpc-api.ts");
  return connectGrpc(await atReachable(session));
};
