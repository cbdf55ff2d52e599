import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { connectGrpc } from "../../cli/api/grpc-api.ts";
import type { ServerAddress } from "./parties.ts";

/** Between the beginnings of two calls of the caller that does nothing wrong. Milliseconds. */
const EVERY = 5;

/** What a caller and the server went through for a while. */
export interface Spell {
  /** Of the caller's calls. Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly calls: number;
  /** The most that the server had in RAM. Bytes. */
  readonly peak: number;
  /** Of one core that the server used: 0 to 1, and more with its other threads. Says more than latencies on a busy machine. */
  readonly cpu: number;
}

/** Makes a call every few milliseconds, one after the other, on one connection. */
export class Caller {
  readonly #api: ReturnType<typeof connectGrpc>;
  readonly #pid: number;

  constructor(server: ServerAddress, token: string) {
    this.#api = connectGrpc({ server: server.api, ca: server.ca, token });
    this.#pid = server.pid;
  }

  async watch(milliseconds: number): Promise<Spell> {
    const end = performance.now() + milliseconds;
    const durations: number[] = [];
    const begin = { time: performance.now(), cpu: cpuSeconds(this.#pid) };
    let peak = 0;
    while (performance.now() < end) {
      const start = performance.now();
      await this.#api.call("TokenService", "GetIdentity", {});
      const took = performance.now() - start;
      durations.push(took);
      peak = Math.max(peak, residentBytes(this.#pid));
      if (took < EVERY) await pause(EVERY - took);
    }
    const cpu = (cpuSeconds(this.#pid) - begin.cpu) / ((performance.now() - begin.time) / 1000);
    durations.sort((a, b) => a - b);
    const at = (share: number) =>
      durations[Math.min(durations.length - 1, Math.floor(durations.length * share))] ?? 0;
    return { p50: at(0.5), p99: at(0.99), calls: durations.length, peak, cpu };
  }

  close(): void {
    this.#api.close();
  }
}

function residentBytes(pid: number): number {
  const [, kib = "0"] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) * 1024;
}

/** The kernel counts in hundredths of a second. */
const TICKS = 100;

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}
