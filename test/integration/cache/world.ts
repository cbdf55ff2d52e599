import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Moment } from "../../../agent/cache/contact.ts";
import type { HostFacts } from "../../../agent/cache/host-facts.ts";
import { SealedCache } from "../../../agent/cache/sealed-cache.ts";
import type { MachineVault } from "../../../agent/cache/systemd-creds.ts";
import type { Bundle, ResolvedSecret } from "../../../common/bundle.ts";
import { KeyholdError } from "../../../common/errors.ts";
import { createLog } from "../../../common/log.ts";
import { env, file, registry } from "../../unit/inject/samples.ts";

export const NODE = "organizations/acme/nodes/build-1";
export const A = "organizations/acme/workspaces/a";
export const B = "organizations/acme/workspaces/b";

/** A machine without systemd-creds: its cache has a key file. Also much quicker, for tests that open a cache a thousand times. */
export const NO_VAULT: MachineVault = { seal: unavailable, open: unavailable };

async function unavailable(): Promise<never> {
  throw new KeyholdError({ code: "unavailable", message: "systemd-creds is not installed" });
}

/** What a target gets, all kinds of it; the values are found in it by `value`. */
export function bundleOf(target: string, value: string, ...more: readonly ResolvedSecret[]): Bundle {
  const secrets = [
    env("API_KEY", value),
    file("tls.crt", Buffer.from([...Buffer.from(value), 0, 255])),
    registry("hub", "registry.example.com", "robot", `${value}-password`),
    ...more,
  ];
  return { target, revision: 7, digest: `digest of ${value}`, secrets };
}

/** One host: its state directory, its clocks, and what it says of itself. */
export class CacheWorld implements AsyncDisposable {
  readonly stateDirectory: string;
  readonly logged: {
    readonly level: string;
    readonly msg: string;
    readonly reason?: string;
    readonly path?: string;
  }[] = [];
  facts: HostFacts = new Map([["machine-id", randomUUID()]]);
  vault: MachineVault = NO_VAULT;
  now: Moment = { wall: 1_800_000_000_000, uptime: 60_000, boot: "one" };

  constructor(stateDirectory: string) {
    this.stateDirectory = stateDirectory;
  }

  static async make(): Promise<CacheWorld> {
    return new CacheWorld(await mkdtemp(join(tmpdir(), "keyhold-cache-")));
  }

  /** As an agent does that starts. */
  open(node = NODE): Promise<SealedCache> {
    return SealedCache.open({
      stateDirectory: this.stateDirectory,
      node,
      clock: () => this.now,
      vault: this.vault,
      readFacts: async () => this.facts,
      log: createLog({
        level: "debug",
        name: "agent",
        write: (line) => void this.logged.push(JSON.parse(line)),
      }),
    });
  }

  pass(milliseconds: number): void {
    this.now = { ...this.now, wall: this.now.wall + milliseconds, uptime: this.now.uptime + milliseconds };
  }

  messages(): readonly string[] {
    return this.logged.map((line) => line.msg);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.stateDirectory, { recursive: true, force: true });
  }
}
