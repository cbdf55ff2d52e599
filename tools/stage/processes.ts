import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { status } from "@grpc/grpc-js";
import { type AgentPace, type RunningAgent, startAgent } from "../../agent/agent.ts";
import { parseAgentConfig } from "../../agent/config.ts";
import { KeyholdError } from "../../common/errors.ts";
import { invoke } from "../../common/grpc/invoke.ts";
import { isServiceError } from "../../common/grpc/status.ts";
import type { Log } from "../../common/log.ts";
import { parseServerConfig } from "../../controlplane/config.ts";
import { type RunningServer, startServer } from "../../controlplane/server.ts";
import type { Api } from "./api.ts";
import type { EngineConnection } from "./engine-connection.ts";
import type { RuntimeTarget } from "./runtime.ts";

export type Ports = "default" | "free";

export async function openControlPlane(
  dataDirectory: string,
  ports: Ports,
  log: Log,
): Promise<RunningServer> {
  const any = "127.0.0.1:0";
  const addresses = ports === "default" ? {} : { apiListen: any, nodeListen: any, httpListen: any };
  try {
    return await startServer(parseServerConfig({ dataDirectory, ...addresses }), log);
  } catch (thrown) {
    throw ports === "default" ? inWordsOfNpmStart(thrown) : thrown;
  }
}

/** The server's own advice is a flag of `keyhold server start`, which nobody has typed here. */
function inWordsOfNpmStart(thrown: unknown): unknown {
  if (!(thrown instanceof KeyholdError) || thrown.next?.includes("-listen") !== true) return thrown;
  const next = "end what uses it (another npm start?), then try again";
  return new KeyholdError({ code: thrown.code, message: thrown.message, next, cause: thrown });
}

export async function readOwnerToken(server: Pick<RunningServer, "ownerTokenFile">): Promise<string> {
  return (await readFile(server.ownerTokenFile, "utf8")).trim();
}

export interface Joining {
  readonly organization: string;
  readonly ownerApi: Api;
  readonly server: Pick<RunningServer, "apiAddress">;
  readonly engine: Pick<EngineConnection, "socket">;
  readonly directory: string;
  readonly runtime: Pick<RuntimeTarget, "runDirectory">;
  readonly log: Log;
  readonly pace?: AgentPace;
}

/** A join token from the owner, then the agent: the two commands an operator types. */
export async function joinAgent(joining: Joining): Promise<RunningAgent> {
  const { ownerApi, organization } = joining;
  await ensureOrganization(ownerApi, organization);
  const parent = `organizations/${organization}`;
  const { joinToken } = await invoke(ownerApi.nodes, ownerApi.nodes.CreateJoinToken, {
    parent,
    nodeId: "this-machine",
    // The only host there is: whoever makes a workspace here wants it to run here.
    claimAny: true,
  });
  return startAgentOf(joining, joinToken);
}

/** The agent alone: a second start finds its identity in its state directory. */
export function startAgentOf(
  joining: Omit<Joining, "ownerApi" | "organization">,
  joinToken?: string,
): Promise<RunningAgent> {
  const config = parseAgentConfig({
    server: joining.server.apiAddress,
    stateDirectory: join(joining.directory, "agent"),
    runDirectory: joining.runtime.runDirectory,
    dockerSocket: joining.engine.socket,
    ...(joinToken === undefined ? {} : { join: joinToken }),
  });
  return startAgent(config, joining.log, joining.pace);
}

/** A node joins an organization, and so does everything of the sample. */
export async function ensureOrganization(
  owner: Pick<Api, "organizations">,
  organization: string,
): Promise<void> {
  try {
    await invoke(owner.organizations, owner.organizations.GetOrganization, {
      name: `organizations/${organization}`,
    });
  } catch (thrown) {
    if (!isServiceError(thrown) || thrown.code !== status.NOT_FOUND) throw thrown;
    await invoke(owner.organizations, owner.organizations.CreateOrganization, {
      organizationId: organization,
      organization: {},
    });
  }
}
