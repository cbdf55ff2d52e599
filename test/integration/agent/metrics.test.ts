import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { AgentMetrics } from "../../../agent/metrics/agent-metrics.ts";
import { counted } from "../../../agent/metrics/counted.ts";
import { serveMetrics } from "../../../agent/metrics/serve.ts";
import { KeyholdError } from "../../../common/errors.ts";
import { createLog } from "../../../common/log.ts";

const CREATE = { verb: "create", id: "c1", bundle: "/b" } as const;
const none = () => 0;
const never = new AbortController().signal;

describe("the agent's metrics", () => {
  const ends: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });

  async function serve(metrics: AgentMetrics) {
    const lines: { msg: string; address?: string }[] = [];
    const log = createLog({
      level: "info",
      name: "agent",
      write: (line) => void lines.push(JSON.parse(line)),
    });
    const listen = { host: "127.0.0.1", port: 0 };
    ends.push(await serveMetrics({ listen, registry: metrics.registry, log }));
    return { address: lines.find(({ msg }) => msg === "serving metrics")?.address ?? "", lines };
  }

  it("count what happened, and have every series from the start", async () => {
    const metrics = new AgentMetrics();
    const { address } = await serve(metrics);
    const read = async () => (await fetch(`http://${address}/metrics`)).text();
    expect(await read()).toContain('keyhold_agent_restarts_total{reason="env-and-files"} 0');
    metrics.restarted("env");
    metrics.outageStart("served");
    metrics.rewrote(3);
    metrics.applied(0.02);
    const handler = counted(async () => ({ kind: "refused", reason: "no" }), metrics);
    expect(await handler(CREATE, never)).toEqual({ kind: "refused", reason: "no" });
    const text = await read();
    for (const line of [
      'keyhold_agent_restarts_total{reason="env"} 1',
      'keyhold_agent_outage_starts_total{outcome="served"} 1',
      'keyhold_agent_outage_starts_total{outcome="too-old"} 0',
      "keyhold_agent_files_rewritten_total 3",
      'keyhold_agent_apply_seconds_bucket{le="0.025"} 1',
      'keyhold_agent_runtime_questions_total{question="create",answer="refused"} 1',
    ])
      expect(text).toContain(line);
  });

  it("read their gauges when they are asked for", async () => {
    const metrics = new AgentMetrics();
    let running = 1;
    metrics.watch({
      connected: () => true,
      containers: () => running,
      due: none,
      halted: none,
      cachedTargets: none,
    });
    running = 7;
    const text = await metrics.registry.metrics();
    expect(text).toContain("keyhold_agent_connected 1");
    expect(text).toContain("keyhold_agent_containers 7");
  });

  it("are what the documentation lists, with type, labels and words", async () => {
    const metrics = new AgentMetrics();
    metrics.watch({ connected: () => true, containers: none, due: none, halted: none, cachedTargets: none });
    const served = (await metrics.registry.getMetricsAsJSON()).map(({ name, type, help }) => {
      const { labelNames } = metrics.registry.getSingleMetric(name) as unknown as { labelNames: string[] };
      return `| \`${name}\` | ${type} | ${labelNames.join(", ")}${labelNames.length === 0 ? "" : " "}| ${help} |`;
    });
    const page = await readFile(join(import.meta.dirname, "../../../docs/metrics-agent.md"), "utf8");
    const documented = page.split("\n").filter((line) => line.startsWith("| `"));
    expect(documented).toEqual(served);
  });

  it("answer nothing else", async () => {
    const { address } = await serve(new AgentMetrics());
    expect((await fetch(`http://${address}/`)).status).toBe(404);
    expect((await fetch(`http://${address}/metrics`, { method: "POST" })).status).toBe(404);
  });

  it("name the flag where the port is taken", async () => {
    const { address } = await serve(new AgentMetrics());
    const [host = "", port] = address.split(":");
    const log = createLog({ level: "fatal", name: "agent", write: () => undefined });
    const again = serveMetrics({
      listen: { host, port: Number(port) },
      registry: new AgentMetrics().registry,
      log,
    });
    await expect(again).rejects.toThrow(KeyholdError);
    await expect(again).rejects.toThrow(/cannot listen on .*the port is in use/);
  });
});
