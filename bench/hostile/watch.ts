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
    let peak = 0;
    while (performance.now() < end) {
      const start = performance.now();
      await this.#api.call("TokenService", "GetIdentity", {});
      const took = performance.now() - start;
      durations.push(took);
      peak = Math.max(peak, residentBytes(this.#pid));
      if (took < EVERY) await pause(EVERY - took);
    }
    durations.sort((a, b) => a - b);
    const at = (share: number) =>
      durations[Math.min(durations.length - 1, Math.floor(durations.length * share))] ?? 0;
    return { p50: at(0.5), p99: at(0.99), calls: durations.length, peak };
  }

  close(): void {
    this.#api.close();
  }
}

export function residentBytes(pid: number): number {
  const [, kib = "0"] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kib) * 1024;
}
