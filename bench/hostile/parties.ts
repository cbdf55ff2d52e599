import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export interface ServerAddress {
  readonly pid: number;
  /** `host:port` */
  readonly api: string;
  readonly node: string;
  /** PEM. */
  readonly ca: string;
  /** The token of the server's owner. */
  readonly owner: string;
}

export const ATTACKS = ["connections", "unfinished", "tokens", "waits", "bundles"] as const;
export type AttackKind = (typeof ATTACKS)[number];

/** What an attacker is told. */
export interface AttackOrder {
  readonly kind: AttackKind;
  readonly server: Pick<ServerAddress, "api" | "ca">;
  /** The token of a member of the organization. */
  readonly member: string;
  readonly secret: string;
  readonly version: number;
  readonly workspace: string;
}

/** How many of its attempts ended how. */
export type Outcomes = Readonly<Record<string, number>>;

/** The server that is attacked, with an empty database. */
export async function startAttackedServer(
  dataDirectory: string,
): Promise<{ readonly address: ServerAddress; stop(): Promise<void> }> {
  const child = fork(join(import.meta.dirname, "server-process.ts"), [dataDirectory], { stdio: "ignore" });
  const [address] = (await once(child, "message")) as [ServerAddress];
  return { address, stop: () => ended(child) };
}

/** An attacker in a process of its own, at work until it is stopped. */
export async function startAttacker(
  order: AttackOrder,
): Promise<{ outcomes(): Promise<Outcomes>; stop(): Promise<void> }> {
  const child = fork(join(import.meta.dirname, "attacker-process.ts"), [], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  await once(child, "spawn");
  child.send(order);
  return {
    outcomes: async () => {
      child.send("outcomes");
      const [outcomes] = (await once(child, "message")) as [Outcomes];
      return outcomes;
    },
    stop: async () => {
      child.kill("SIGKILL");
      await gone(child);
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  child.disconnect();
  await gone(child);
}

async function gone(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}
