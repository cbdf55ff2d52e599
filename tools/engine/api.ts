import { type IncomingMessage, request } from "node:http";
import type { Readable } from "node:stream";
import { KeyholdError } from "../../common/errors.ts";

export interface ApiRequest {
  readonly method?: "GET" | "POST" | "DELETE";
  /** With its query, for example `/info` or `/events?since=1`. */
  readonly path: string;
  readonly body?: Readable;
  /** Milliseconds of silence after which the engine counts as hanging. */
  readonly patience?: number;
  readonly signal?: AbortSignal;
}

/** The body of an engine's answer to one request, as text. Throws `failed` with the engine's message on a status over 299. */
export async function askEngine(socket: string, options: ApiRequest): Promise<string> {
  const response = await openEngine(socket, options);
  const body = await textOf(response);
  const status = response.statusCode ?? 0;
  if (status < 300) return body;
  throw new KeyholdError({
    code: status === 404 ? "not-found" : "failed",
    message: `the engine refused ${options.method ?? "GET"} ${options.path.split("?")[0]}: ${messageIn(body)}`,
  });
}

/** The engine's answer as soon as its head is there; for streams such as `/events`. */
export function openEngine(socket: string, options: ApiRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asking = request({
      socketPath: socket,
      path: options.path,
      method: options.method ?? "GET",
      agent: false,
      timeout: options.patience ?? 60_000,
      ...(options.body === undefined ? {} : { headers: { "content-type": "application/x-tar" } }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    asking.once("response", resolve);
    asking.once("error", reject);
    asking.once("timeout", () => asking.destroy(new Error(`no answer from the engine for ${options.path}`)));
    if (options.body === undefined) {
      asking.end();
    } else {
      options.body.once("error", (thrown) => asking.destroy(thrown));
      options.body.pipe(asking);
    }
  });
}

/** True if an engine answers at this socket. */
export async function answers(socket: string): Promise<boolean> {
  try {
    await askEngine(socket, { path: "/_ping", patience: 2_000 });
    return true;
  } catch {
    return false;
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  response.setEncoding("utf8");
  let text = "";
  for await (const chunk of response) text += chunk;
  return text;
}

/** Engines answer `{"message": …}`. */
function messageIn(body: string): string {
  try {
    return JSON.parse(body).message ?? body;
  } catch {
    return body;
  }
}
