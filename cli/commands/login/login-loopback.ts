import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ERROR_CODES, KeyholdError } from "../../../common/errors.ts";

/** A port of ours that waits for a browser to bring the code. */
export interface CodeListener {
  /** `http://127.0.0.1:43211/` */
  readonly redirectUri: string;
  /** Rejects with what the server has refused. */
  readonly code: Promise<string>;
  close(): Promise<void>;
}

/** @param state an answer with another one is not ours: it is answered, and ignored */
export async function listenForCode(state: string): Promise<CodeListener> {
  const { promise: code, resolve, reject } = Promise.withResolvers<string>();
  // It may be rejected while nobody waits for it yet.
  code.catch(() => undefined);
  const server = createServer((request, response) => {
    const url = URL.parse(request.url ?? "", "http://127.0.0.1");
    if (request.method !== "GET" || url?.pathname !== "/" || url.searchParams.get("state") !== state) {
      return answer(response, 404, "This is not the answer that keyhold login waits for.");
    }
    const given = url.searchParams.get("code");
    if (given !== null) {
      answer(response, 200, "Signed in. You can close this page and go back to the command line.");
      return resolve(given);
    }
    answer(response, 200, "Not signed in. The command line says why.");
    return reject(refusalIn(url.searchParams));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.close();
    // Browsers open connections that they may never use.
    server.closeAllConnections();
    await once(server, "close");
  };
  return { redirectUri: `http://127.0.0.1:${port}/`, code, close };
}

/** Plain text, so nothing of an address can become part of a page. */
function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    connection: "close",
  });
  response.end(`${text}\n`);
}

function refusalIn(query: URLSearchParams): KeyholdError {
  const given = query.get("error");
  const code = ERROR_CODES.find((known) => known === given) ?? "failed";
  const message = query.get("error_description") ?? "the server has refused without a reason";
  return new KeyholdError({ code, message });
}
