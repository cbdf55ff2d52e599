import { type RequestOptions, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

const LARGEST_ANSWER = 1024 * 1024;

export interface HttpRequest {
  readonly url: URL;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  /** JSON */
  readonly body: string | undefined;
  /** PEM; undefined: the system's own. */
  readonly ca: string | undefined;
  /** Milliseconds for all of it, from the connection to the last byte. */
  readonly timeout: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * One request, without following redirects: it carries a token, which goes to nobody else.
 * @throws Error as Node gives it; a `TimeoutError` after `timeout`
 */
export function sendHttp(request: HttpRequest): Promise<HttpAnswer> {
  const { url, method, body, ca } = request;
  const signal = AbortSignal.timeout(request.timeout);
  const headers: Record<string, string | number> = { ...request.headers };
  if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    headers["Content-Length"] = Buffer.byteLength(body);
  }
  const options: RequestOptions & { ca?: string } = { method, headers, signal };
  if (ca !== undefined) options.ca = ca;
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(signal.aborted ? signal.reason : error);
    const sent = (url.protocol === "https:" ? requestHttps : requestHttp)(url, options, (answer) => {
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size > LARGEST_ANSWER) answer.destroy(new Error("the answer is too large"));
      });
      answer.on("error", fail);
      answer.on("end", () =>
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }),
      );
    });
    sent.on("error", fail);
    sent.end(body);
  });
}
