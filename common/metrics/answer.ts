import type { Registry } from "prom-client";

/** `GET /metrics` before it is written. */
export interface MetricsAnswer {
  readonly contentType: string;
  readonly text: string;
}

/** All of a registry in Prometheus' text format; what cannot be looked up now fails the whole: half a scrape misleads. */
export async function metricsAnswer(
  registry: Pick<Registry, "metrics" | "contentType">,
): Promise<MetricsAnswer> {
  return { contentType: registry.contentType, text: await registry.metrics() };
}
