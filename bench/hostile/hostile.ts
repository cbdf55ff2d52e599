import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Bench } from "../benchmarks.ts";
import { ATTACKS, type AttackKind, type Outcomes, startAttackedServer, startAttacker } from "./parties.ts";
import { populate, type Victims } from "./victims.ts";
import { Caller, type Spell } from "./watch.ts";

const MIB = 1024 * 1024;
const SPELL_MS = 8000;
/** Until what an attack has left behind is gone. Milliseconds. */
const PAUSE_MS = 1500;
/** What issue 10 asks for. */
const LIMITS = { growth: 64 * MIB, ratio: 2 };

interface Result extends Spell {
  readonly attack: AttackKind | "all at once";
  readonly outcomes: Outcomes;
  /** Over the most that the server had when it was left alone. Bytes. */
  readonly growth: number;
  /** Of the caller's p99 to that before any attack. */
  readonly ratio: number;
}

/** What attackers can do to a caller that does nothing wrong, and to the server's memory, each attack for itself and all at once. */
export async function benchHostile({ json, out, progress }: Bench): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "keyhold-hostile-"));
  const { address, stop } = await startAttackedServer(join(directory, "data"));
  try {
    progress.write("hostile: filling an organization\n");
    const victims = await populate(address);
    const caller = new Caller(address, victims.caller);
    await caller.watch(SPELL_MS / 2);
    const alone = await caller.watch(SPELL_MS);
    const results: Result[] = [];
    for (const attack of [...ATTACKS, "all at once"] as const) {
      progress.write(`hostile: ${attack}\n`);
      const kinds = attack === "all at once" ? ATTACKS : [attack];
      results.push({ attack, ...(await attacked(kinds, { caller, alone, victims, server: address })) });
      await pause(PAUSE_MS);
    }
    caller.close();
    victims.close();
    const missed = results.filter(({ growth, ratio }) => growth > LIMITS.growth || ratio > LIMITS.ratio);
    if (json) out.write(`${JSON.stringify({ load: loadavg(), alone, results, missed: missed.length })}\n`);
    else out.write(report(alone, results));
    if (missed.length > 0) process.exitCode = 1;
  } finally {
    await stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function attacked(
  kinds: readonly AttackKind[],
  at: { caller: Caller; alone: Spell; victims: Victims; server: Parameters<typeof populate>[0] },
): Promise<Omit<Result, "attack">> {
  const { caller, alone, victims, server } = at;
  const attackers = await Promise.all(kinds.map((kind) => startAttacker({ kind, server, ...victims.order })));
  const spell = await caller.watch(SPELL_MS);
  const outcomes = Object.assign(
    {},
    ...(await Promise.all(attackers.map((each) => each.outcomes()))),
  ) as Outcomes;
  await Promise.all(attackers.map((each) => each.stop()));
  return { ...spell, outcomes, growth: spell.peak - alone.peak, ratio: spell.p99 / alone.p99 };
}

function report(alone: Spell, results: readonly Result[]): string {
  const lines = [
    `load average ${loadavg()[0]?.toFixed(1)}; ${SPELL_MS / 1000} s each`,
    `alone: p50 ${alone.p50.toFixed(1)} ms, p99 ${alone.p99.toFixed(1)} ms, ${mib(alone.peak)} in RAM, ${percent(alone.cpu)} of a core, ${alone.calls} calls`,
  ];
  for (const { attack, p50, p99, cpu, ratio, growth, outcomes } of results) {
    const ended = Object.entries(outcomes).map(([outcome, count]) => `${count} ${outcome}`);
    lines.push(
      `${attack}: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, ${percent(cpu)} of a core; ${ended.join(", ")}`,
    );
    lines.push(
      `  ${verdict(growth <= LIMITS.growth)} memory grew by ${mib(growth)}, at most ${mib(LIMITS.growth)}`,
    );
    lines.push(
      `  ${verdict(ratio <= LIMITS.ratio)} p99 is ${ratio.toFixed(2)} of that alone, at most ${LIMITS.ratio}`,
    );
  }
  return `${lines.join("\n")}\n`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function verdict(holds: boolean): string {
  return holds ? "ok  " : "MISS";
}

function mib(bytes: number): string {
  return `${(bytes / MIB).toFixed(1)} MiB`;
}
