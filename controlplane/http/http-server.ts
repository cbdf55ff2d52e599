import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { KeyholdError } from "../../common/errors.ts";
import type { MetricsAnswer } from "../../common/metrics/answer.ts";
import { requestIdOf } from "../api/edge/edge.ts";
import type { Connections } from "../api/peers/connections.ts";
import type { Console } from "./console.ts";
import type { JsonDoor } from "./json-door.ts";
import type { JsonAnswer } from "./json-refusal.ts";
import { readBody } from "./read-body.ts";
import type { ReadyState } from "./readiness.ts";
import type { SignInRoutes } from "./sign-in-routes.ts";

/** How long a request, and its headers alone, may take to arrive, and how often the server looks. Milliseconds. */
const REQUEST_TIMEOUT_MS = 30_000;
const HEADERS_TIMEOUT_MS = 10_000;
const CHECK_INTERVAL_MS = 2_000;
const API = "/api/";
const REQUEST_ID = "x-request-id";

/** The HTTP port: the console, health checks, metrics, signing in, and the JSON door at `POST /api/keyhold.v1.SERVICE/METHOD`. */
export function createHttpServer(parts: {
  readonly door: Pick<JsonDoor, "answer" | "refusal">;
  readonly signIn: Pick<SignInRoutes, "owns" | "serve" | "authorizationOf">;
  /** Whether calls can be served; else why not. */
  readonly ready: () => Promise<ReadyState>;
  readonly metrics: () => Promise<MetricsAnswer>;
  readonly console: Pick<Console, "owns" | "serve">;
  readonly connections: Pick<Connections, "accept" | "heard">;
}): Server {
  const options = {
    requestTimeout: REQUEST_TIMEOUT_MS,
    headersTimeout: HEADERS_TIMEOUT_MS,
    connectionsCheckingInterval: CHECK_INTERVAL_MS,
  };
  const server = createServer(options, (request, response) => {
    parts.connections.heard(`${request.socket.remoteAddress}:${request.socket.remotePort}`);
    if (parts.signIn.owns(request)) return void parts.signIn.serve(request, response);
    if (parts.console.owns(request)) return parts.console.serve(request, response);
    const requestId = requestIdIn(request);
    // So that a caller can name the call to whoever reads the server's log or an organization's audit log.
    response.setHeader(REQUEST_ID, requestId);
    serve(request, response, requestId, parts)
      .catch((thrown: unknown) => parts.door.refusal(thrown))
      .then((answer) => {
        // Nobody reads the rest of a request that was refused before it was there; who was told to wait has no use for it.
        if (!request.complete || ("code" in answer && answer.code === 429))
          response.setHeader("connection", "close");
        if ("text" in answer) sendText(response, answer);
        else send(response, answer);
      });
  });
  server.on("connection", (socket) => parts.connections.accept(socket));
  return server;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  parts: Parameters<typeof createHttpServer>[0],
): Promise<JsonAnswer | MetricsAnswer> {
  const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
  if (path.startsWith(API)) return serveApi(request, response, requestId, path.slice(API.length), parts);
  if (request.method !== "GET" && request.method !== "HEAD") throw notHere(request, path);
  if (path === "/healthz") return { code: 200, body: { status: "ok" } };
  if (path === "/metrics") return parts.metrics();
  if (path !== "/readyz") throw notHere(request, path);
  const { ready, reason } = await parts.ready();
  return ready ? { code: 200, body: { status: "ok" } } : { code: 503, body: { status: "not ready", reason } };
}

async function serveApi(
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  method: string,
  { door, signIn }: Pick<Parameters<typeof createHttpServer>[0], "door" | "signIn">,
): Promise<JsonAnswer> {
  if (request.method !== "POST") throw notHere(request, API + method);
  const authorization = signIn.authorizationOf(request);
  return door.answer({
    method,
    credentials: { authorization, certificate: undefined },
    address: request.socket.remoteAddress ?? "",
    requestId,
    body: (largest) => readBody(request, largest),
    onEnd: (work) => void (response.closed ? work() : response.once("close", work)),
  });
}

function requestIdIn(request: IncomingMessage): string {
  const given = request.headers[REQUEST_ID];
  return requestIdOf({ requestId: typeof given === "string" ? given : undefined });
}

function send(response: ServerResponse, answer: JsonAnswer): void {
  const body = `${JSON.stringify(answer.body)}\n`;
  response.writeHead(answer.code, {
    "content-type": "application/json; charset=utf-8",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  response.end(body);
}

function sendText(response: ServerResponse, { contentType, text }: MetricsAnswer): void {
  response.writeHead(200, { "content-type": contentType, "content-length": Buffer.byteLength(text) });
  response.end(text);
}

function notHere(request: IncomingMessage, path: string): KeyholdError {
  return new KeyholdError({
    code: "not-found",
    message: `there is nothing at ${request.method} ${path}`,
    next: "use POST /api/keyhold.v1.SERVICE/METHOD, GET /healthz, GET /readyz or GET /metrics",
  });
}
