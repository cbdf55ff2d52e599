import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { Registry } from "prom-client";
import { addressText, type ListenAddress } from "../../common/listen-address.ts";
import { isOpen, listenHttp } from "../../common/listen-http.ts";
import type { Log } from "../../common/log.ts";
import { metricsAnswer } from "../../common/metrics/answer.ts";

export interface ServeOptions {
  readonly listen: ListenAddress;
  readonly registry: Pick<Registry, "metrics" | "contentType">;
  readonly log: Pick<Log, "info" | "warn" | "error">;
}

/** `GET /metrics` of the agent, in Prometheus' text format. @returns ends it */
export async function serveMetrics({ listen, registry, log }: ServeOptions): Promise<() => Promise<void>> {
  const server = createServer((request, response) => {
    if (request.method !== "GET" || request.url?.split("?", 1)[0] !== "/metrics")
      return answer(response, 404, "text/plain", "the agent serves GET /metrics\n");
    metricsAnswer(registry).then(
      ({ contentType, text }) => answer(response, 200, contentType, text),
      (err: unknown) => {
        log.error({ err }, "the metrics could not be read");
        answer(response, 500, "text/plain", "the metrics could not be read, see the agent's log\n");
      },
    );
  });
  const address = await listenHttp(server, listen, "--metrics-listen");
  log.info({ address: addressText(address) }, "serving metrics");
  if (isOpen(address)) {
    const next = "put a proxy with TLS in front of it, or give --metrics-listen an address of 127.0.0.1";
    log.warn({ address: addressText(address), next }, "the metrics are open to other machines without TLS");
  }
  return async () => {
    server.close();
    server.closeAllConnections();
    if (server.listening) await once(server, "close");
  };
}

function answer(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { "content-type": type }).end(text);
}
