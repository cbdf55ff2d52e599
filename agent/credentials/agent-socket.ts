import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { KeyholdError } from "../../common/errors.ts";
import type { Log } from "../../common/log.ts";
import {
  type AgentAnswer,
  type AgentRequest,
  type AgentStatus,
  MAX_REQUEST,
  parseRequest,
} from "../credential-socket/wire.ts";
import { claimSocketPath, listenForRoot } from "../runtime/socket-path.ts";
import type { HostCredentials } from "./host-credentials.ts";

export interface AgentSocketOptions {
  /** In a directory of mode 0700. */
  readonly path: string;
  readonly credentials: Pick<HostCredentials, "get" | "list">;
  readonly status: () => AgentStatus;
  readonly log: Pick<Log, "error">;
  /** Milliseconds that a question may take to arrive. */
  readonly patience?: number;
}

/** Whoever asks is root, and asks one thing. */
const MAX_CONNECTIONS = 64;

/**
 * Answers the credential helper and `keyhold doctor`; wire.ts says how. Apart from the runtime's socket, so that a host with many
 * pulls never holds up a container's start.
 * @returns what ends it
 * @throws KeyholdError `precondition` where another agent serves the path
 */
export async function openAgentSocket(options: AgentSocketOptions): Promise<() => Promise<void>> {
  await claimSocketPath(options.path);
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.once("close", () => open.delete(socket));
    void converse(socket, options);
  });
  server.maxConnections = MAX_CONNECTIONS;
  await listenForRoot(server, options.path);
  server.on("error", (err) => options.log.error({ err, path: options.path }, "agent socket failed"));
  return async () => {
    const closed = once(server, "close");
    server.close();
    for (const socket of open) socket.destroy();
    await closed;
  };
}

async function converse(socket: Socket, options: AgentSocketOptions): Promise<void> {
  socket.on("error", () => socket.destroy());
  socket.setTimeout(options.patience ?? 10_000, () => socket.destroy());
  const line = await readLine(socket);
  const request = line === undefined ? undefined : parseRequest(line);
  socket.end(`${JSON.stringify(await answerTo(request, options))}\n`);
}

async function answerTo(
  request: AgentRequest | undefined,
  { credentials, status }: AgentSocketOptions,
): Promise<AgentAnswer> {
  try {
    if (request?.ask === "get") return { credential: await credentials.get(request.registry) };
    if (request?.ask === "list") return { registries: await credentials.list() };
    if (request?.ask === "status") return { status: status() };
    throw new KeyholdError({
      code: "invalid",
      message: "the agent does not know this question",
      next: "use the same release of keyhold for both",
    });
  } catch (thrown) {
    const { code, message, next } = KeyholdError.from(thrown, "the agent cannot answer");
    return { error: { code, message, next } };
  }
}

async function readLine(socket: Socket): Promise<string | undefined> {
  let text = "";
  socket.setEncoding("utf8");
  try {
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      text += chunk;
      const end = text.indexOf("\n");
      if (end >= 0) return text.slice(0, end);
      if (text.length > MAX_REQUEST) return undefined;
    }
  } catch {
    // It hung up: there is nobody to be answered.
  }
  return undefined;
}
