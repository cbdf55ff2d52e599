import { once } from "node:events";
import { chmodSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { KeyholdError, messageOf } from "../../common/errors.ts";
import type { Log } from "../../common/log.ts";
import type { RenewedOwnerToken } from "../identity/owner-token.ts";
import type { RootKeyRotation } from "../rotation/rotate.ts";
import { controlAddress } from "./control-address.ts";
import { type ControlLine, OWNER_TOKEN_PATH, parseRotateRequest, ROTATE_PATH } from "./control-messages.ts";

const LARGEST_REQUEST = 64 * 1024;

interface Parts {
  readonly directory: string;
  readonly rootKey: Pick<RootKeyRotation, "rotate">;
  readonly ownerToken: () => Promise<RenewedOwnerToken>;
  readonly log: Log;
}

/**
 * Serves `DIR/control.sock`: what `keyhold server …` asks of the server that has the data directory. Whoever may enter the
 * directory (0700) may read the keys in it as well, so there is no other check. A file system without sockets is no reason not
 * to start: then these commands need the server stopped.
 * @returns how to end it
 */
export async function openControlSocket(parts: Parts): Promise<() => Promise<void>> {
  const { directory, log } = parts;
  const address = controlAddress(directory);
  const server = createServer((request, response) => {
    void answer(parts, request, response);
  });
  try {
    // Ours alone: this process holds the directory's lock, so what is there was left by one that was killed.
    rmSync(address.file, { force: true });
    server.listen(address.path);
    await once(server, "listening");
    chmodSync(address.file, 0o600);
  } catch (thrown) {
    await close(server).catch(() => undefined);
    address.release();
    log.warn({ path: address.file, reason: messageOf(thrown) }, "The control socket cannot be made");
    return async () => undefined;
  }
  return async () => {
    await close(server);
    rmSync(address.file, { force: true });
    address.release();
  };
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  server.close();
  server.closeAllConnections();
  await once(server, "close");
}

type Route = (parts: Parts, body: string, write: (line: ControlLine) => void) => Promise<void>;

/** The caller may go away: what was begun is finished all the same. */
const ROUTES: Readonly<Record<string, Route>> = {
  [ROTATE_PATH]: async ({ rootKey, log }, body, write) => {
    const result = await rootKey.rotate(parseRotateRequest(body), (progress) => write({ progress }));
    log.info({ address: result.place, count: result.rewrapped }, "The root key was rotated");
    write({ result });
  },
  [OWNER_TOKEN_PATH]: async ({ ownerToken, log }, _body, write) => {
    const renewed = await ownerToken();
    log.warn({ path: renewed.file, count: renewed.revoked }, "The server's owner has a new token");
    write({ ownerToken: renewed });
  },
};

async function answer(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const write = (line: ControlLine) => {
    if (!response.destroyed) response.write(`${JSON.stringify(line)}\n`);
  };
  response.on("error", () => undefined);
  try {
    const route = request.method === "POST" ? ROUTES[request.url ?? ""] : undefined;
    if (route === undefined) throw unknownRequest();
    await route(parts, await bodyOf(request), write);
  } catch (thrown) {
    const error = KeyholdError.from(thrown, "the server could not do it");
    parts.log.error({ err: error }, "A request on the control socket failed");
    const { code, message, next } = error;
    write({ error: { code, message, next } });
  }
  response.end();
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_REQUEST) throw unknownRequest();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function unknownRequest(): KeyholdError {
  return new KeyholdError({
    code: "unimplemented",
    message: "the server does not know this request",
    next: "use the keyhold of the server's own version",
  });
}
