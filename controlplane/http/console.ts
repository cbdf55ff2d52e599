import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { type ConsoleFile, readConsoleFiles } from "./console-files.ts";

/** What answers under these is not the console's, whatever a browser accepts. */
const OTHERS = ["/api", "/auth", "/metrics", "/healthz", "/readyz"];
const ASSETS = "/assets/";
/** Their names hold the hash of what is in them. */
const KEPT = "public, max-age=31536000, immutable";

/**
 * Nothing but the bundle of this server: no inline script or style, no frame, no request to another origin. Styles that
 * components set on elements go through the CSSOM, which the policy does not concern.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const HEADERS: OutgoingHttpHeaders = {
  "content-security-policy": POLICY,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** The console's bundle: hashed assets, which may be kept for ever, and for every other address its one page. */
export class Console {
  readonly #directory: string;
  #files: ReadonlyMap<string, ConsoleFile> | undefined;

  /** @param directory holds `index.html` and `assets/`; read when the console is first asked for */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** A deep link is a page only to a browser: whoever mistypes an address with curl gets to know that. */
  owns(request: Pick<IncomingMessage, "method" | "url" | "headers">): boolean {
    if (request.method !== "GET" && request.method !== "HEAD") return false;
    const path = pathOf(request);
    if (path === "/" || path.startsWith(ASSETS)) return true;
    if (OTHERS.some((other) => path === other || path.startsWith(`${other}/`))) return false;
    return request.headers.accept?.includes("text/html") === true;
  }

  serve(request: IncomingMessage, response: ServerResponse): void {
    const path = pathOf(request);
    const isAsset = path.startsWith(ASSETS);
    this.#files ??= readConsoleFiles(this.#directory);
    const file = this.#files?.get(isAsset ? path : "/index.html");
    if (file === undefined) missing(response, isAsset);
    else send(request, response, file, isAsset ? KEPT : "no-store");
  }
}

function send(request: IncomingMessage, response: ServerResponse, file: ConsoleFile, caching: string): void {
  const gzip = /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""));
  const body = gzip ? file.gzip : file.bytes;
  response.writeHead(200, {
    ...HEADERS,
    "content-type": file.type,
    "content-length": body.length,
    "cache-control": caching,
    vary: "accept-encoding",
    ...(gzip ? { "content-encoding": "gzip" } : {}),
  });
  response.end(request.method === "HEAD" ? undefined : body);
}

function missing(response: ServerResponse, isAsset: boolean): void {
  const text = isAsset
    ? "there is no such asset: reload the page, the server has a newer console\n"
    : "the console is not built: run npm run console:build in the clone, then reload this page\n";
  response.writeHead(isAsset ? 404 : 503, {
    ...HEADERS,
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
  });
  response.end(text);
}

function pathOf(request: Pick<IncomingMessage, "url">): string {
  return (request.url ?? "/").split("?", 1)[0] ?? "/";
}
