import { readdir } from "node:fs/promises";
import { type EventLoopUtilization, performance } from "node:perf_hooks";
import { Counter, Gauge, type Registry } from "prom-client";

/**
 * The metrics that every Prometheus client has of its process, under their usual names. Not prom-client's own collection: that
 * one leaves a timer and an observer behind for each registry, and this process starts one for each server.
 */
export function addProcessGauges(registry: Registry): void {
  const registers = [registry];
  addCpu(registers);
  const add = (name: string, help: string, read: () => number | undefined | Promise<number | undefined>) => {
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        const value = await read();
        if (value !== undefined) this.set(value);
      },
    });
  };
  const started = Math.round(performance.timeOrigin / 10) / 100;
  add("process_start_time_seconds", "When the process started, in seconds since 1970.", () => started);
  add("process_resident_memory_bytes", "Memory the process has in RAM.", () => process.memoryUsage.rss());
  add("process_open_fds", "Open file descriptors; only on Linux.", openFiles);
  add("nodejs_heap_used_bytes", "Memory JavaScript uses.", () => process.memoryUsage().heapUsed);
  let last: EventLoopUtilization = performance.eventLoopUtilization();
  add(
    "nodejs_eventloop_utilization",
    "Share of time since the last scrape that the event loop worked.",
    () => {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, last);
      last = now;
      return utilization;
    },
  );
}

function addCpu(registers: Registry[]): void {
  let last = { user: 0, system: 0 };
  new Counter({
    name: "process_cpu_seconds_total",
    help: "CPU time the process has used.",
    registers,
    collect() {
      const now = process.cpuUsage();
      this.inc((now.user - last.user + now.system - last.system) / 1e6);
      last = now;
    },
  });
}

/** Undefined where there is no /proc. */
async function openFiles(): Promise<number | undefined> {
  const files = await readdir("/proc/self/fd").catch(() => undefined);
  return files?.length;
}
