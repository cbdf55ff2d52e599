import { join } from "node:path";
import type { TargetSource } from "../../common/bundle.ts";
import type { KeyholdError } from "../../common/errors.ts";
import type { Lifecycle } from "../../common/lifecycle.ts";
import type { Log } from "../../common/log.ts";
import { VERSION } from "../../common/version.ts";
import { AGENT_SOCKET, type AgentStatus } from "../credential-socket/wire.ts";
import type { ControlPlaneSession } from "../session/session.ts";
import { openAgentSocket } from "./agent-socket.ts";
import { HostCredentials } from "./host-credentials.ts";
import { ProjectsFile } from "./projects-file.ts";

export interface HostServiceOptions {
  readonly runDirectory: string;
  readonly stateDirectory: string;
  /** Resource name. */
  readonly node: string;
  /** `host:port` of the node port. */
  readonly server: () => string;
  readonly session: Pick<
    ControlPlaneSession,
    "projects" | "pin" | "onConnected" | "onProjects" | "connected" | "refusal"
  >;
  readonly source: Pick<TargetSource, "obtain" | "peek" | "prefetch">;
  readonly lifecycle: Pick<Lifecycle, "add">;
  readonly log: Log;
}

/** What the agent does for the host itself: registry credentials for its Docker client, and what `keyhold doctor` asks. */
export async function serveHost(options: HostServiceOptions): Promise<void> {
  const { runDirectory, stateDirectory, node, server, session, source, lifecycle } = options;
  const log = options.log.child({ component: "credentials" });
  const credentials = new HostCredentials({
    source,
    session,
    file: new ProjectsFile(stateDirectory, log),
    log,
  });
  lifecycle.add("the projects of this node", await credentials.start());
  const close = await openAgentSocket({
    path: join(runDirectory, AGENT_SOCKET),
    credentials,
    log,
    status: () => ({
      version: VERSION,
      pid: process.pid,
      node,
      server: server(),
      connected: session.connected,
      refused: refusalOf(session.refusal),
      projects: credentials.projects,
      registries: credentials.registries(),
      problems: credentials.problems(),
    }),
  });
  lifecycle.add("the agent's socket", close);
}

function refusalOf(refusal: KeyholdError | undefined): AgentStatus["refused"] {
  return refusal === undefined ? undefined : { reason: refusal.message, next: refusal.next ?? "" };
}
