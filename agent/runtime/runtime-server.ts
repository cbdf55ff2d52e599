import { createServer, type Server } from "node:net";
import { Conversation, type ConversationOptions } from "./conversation.ts";
import { claimSocketPath, listenForRoot } from "./socket-path.ts";

export interface RuntimeServerOptions extends ConversationOptions {
  /** Absolute, at most 107 bytes, in a directory of mode 0700 (made if missing). */
  readonly socketPath: string;
  /** How long `close` waits for answers that are on their way. */
  readonly closeMs?: number;
}

export interface RuntimeServer {
  /** Takes no more questions, removes the socket (Node does), lets the last answers go out. Calling it again waits for the same end. */
  close(): Promise<void>;
}

/** Far above one host's burst of starts; whoever is turned away tries again (create) or goes on without values (exec). */
const MAX_CONNECTIONS = 1024;

/**
 * Listens for the runtime helper. A handler that throws, or takes too long, refuses a `create` with the reason and lets an
 * `exec` go on without values: never a hang, and never a labelled container that starts without its secrets.
 *
 * Throws `precondition` where another agent serves the path, or path or directory are not fit for a socket.
 */
export async function startRuntimeServer(options: RuntimeServerOptions): Promise<RuntimeServer> {
  await claimSocketPath(options.socketPath);
  const conversations = new Set<Conversation>();
  const server = createServer((socket) => {
    const conversation = new Conversation(socket, options);
    conversations.add(conversation);
    socket.once("close", () => conversations.delete(conversation));
  });
  server.maxConnections = MAX_CONNECTIONS;
  await listenForRoot(server, options.socketPath);
  server.on("error", (err) => options.log.error({ err, path: options.socketPath }, "runtime socket failed"));

  let closing: Promise<void> | undefined;
  return {
    close: () => {
      closing ??= closeServer(server, conversations, options);
      return closing;
    },
  };
}

async function closeServer(
  server: Server,
  conversations: ReadonlySet<Conversation>,
  options: RuntimeServerOptions,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const conversation of conversations) conversation.endUnlessThinking();
  const deadline = setTimeout(() => {
    for (const conversation of conversations) conversation.abandon();
  }, options.closeMs ?? 2000);
  await closed;
  clearTimeout(deadline);
}
