import { createPublicKey } from "node:crypto";
import { type BackoffPolicy, backoffDelay, sleep } from "../../common/backoff.ts";
import { KeyholdError, messageOf } from "../../common/errors.ts";
import type { Log } from "../../common/log.ts";
import { STATEMENT_LIFE } from "../../common/reenroll-statement.ts";
import { certificateRequest } from "./certificate-request.ts";
import type { AgentIdentity } from "./identity.ts";
import { keepRenewed, type NewCertificate } from "./keep-renewed.ts";

/** Between two attempts. Half a day is left when the first fails, so there is no hurry; not so near the end. */
const RENEW_RETRY: BackoffPolicy = { initial: 5000, maximum: 600_000, factor: 2, jitter: 0.5 };

/** Between two renewals: a server whose clock is far behind ours hands out certificates that are due at once. */
const LEAST = 60_000;

/** Share of the certificate's life by which a renewal is moved at random: spreads nodes that were enrolled together. */
const JITTER = 0.1;

export interface RenewerOptions {
  readonly identity: AgentIdentity;
  readonly directory: string;
  /** AgentService.Renew on the node port. Rejects with a KeyholdError. */
  readonly renew: (request: { certificateRequest: string }) => Promise<NewCertificate>;
  /** AgentService.Reenroll on the API port, for a certificate that has ended. Rejects with a KeyholdError. */
  readonly reenrol: (identity: AgentIdentity) => Promise<NewCertificate>;
  /** Called once the new certificate is on disk: new connections should use it. The stream goes on with the old one. */
  readonly renewed: (identity: AgentIdentity) => void;
  readonly log: Log;
  readonly clock?: Clock;
  readonly random?: () => number;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Returns early, without an error, when the signal is aborted. */
  sleep(milliseconds: number, signal: AbortSignal): Promise<void>;
}

const SYSTEM_CLOCK: Clock = { now: Date.now, sleep: sleepLong };

/** Timers stand still while a host sleeps: so in steps, looking at the clock again. A laptop that wakes up waits no longer. */
const LONGEST_SLEEP = 30_000;

async function sleepLong(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.min(milliseconds, LONGEST_SLEEP), signal);
}

/**
 * Renews the node's certificate at about half of its life, for as long as the agent runs. The key stays the same. A certificate
 * that ended meanwhile (the host was asleep, the control plane away) is replaced by enrolling again with that key. Ends by itself
 * only if the node was revoked.
 */
export class Renewer {
  readonly #options: RenewerOptions;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #stopping = new AbortController();
  #identity: AgentIdentity;
  #running: Promise<void> | undefined;

  constructor(options: RenewerOptions) {
    this.#options = options;
    this.#identity = options.identity;
    this.#log = options.log.child({ component: "identity", node: options.identity.node });
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#random = options.random ?? Math.random;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    for (let earliest = 0; !this.#stopping.signal.aborted; earliest = this.#clock.now() + LEAST) {
      await this.#until(Math.max(earliest, renewalTime(this.#identity, this.#random())));
      if ((await this.#renewUntilDone()) === "revoked") return;
    }
  }

  async #until(time: number): Promise<void> {
    for (let left = time - this.#clock.now(); left > 0; left = time - this.#clock.now()) {
      if (this.#stopping.signal.aborted) return;
      await this.#clock.sleep(left, this.#stopping.signal);
    }
  }

  async #renewUntilDone(): Promise<"renewed" | "revoked" | "stopped"> {
    for (let attempt = 0; !this.#stopping.signal.aborted; attempt += 1) {
      try {
        await this.#renewOnce();
        return "renewed";
      } catch (thrown) {
        if (isRevoked(thrown)) {
          this.#log.error(fieldsOf(thrown), "This node is revoked, its certificate is not renewed any more");
          return "revoked";
        }
        const delay = backoffDelay(RENEW_RETRY, attempt, this.#random());
        this.#logFailure(thrown, attempt, delay);
        await this.#until(this.#clock.now() + delay);
      }
    }
    return "stopped";
  }

  async #renewOnce(): Promise<void> {
    const next = await keepRenewed(this.#identity, this.#options.directory, await this.#ask());
    this.#identity = next;
    this.#log.info({ expires: new Date(next.notAfter).toISOString() }, "The node's certificate was renewed");
    this.#options.renewed(next);
  }

  /** The server's clock may be ahead of ours by as much as it lets pass: then our certificate has ended there already. */
  async #ask(): Promise<NewCertificate> {
    const { key, node, notAfter } = this.#identity;
    if (this.#clock.now() >= notAfter - STATEMENT_LIFE) return this.#options.reenrol(this.#identity);
    const publicKey = createPublicKey(key).export({ type: "spki", format: "pem" }).toString();
    return this.#options.renew({ certificateRequest: certificateRequest(key, publicKey, node) });
  }

  #logFailure(thrown: unknown, attempt: number, milliseconds: number): void {
    const expires = new Date(this.#identity.notAfter).toISOString();
    const fields = { ...fieldsOf(thrown), attempt, milliseconds, expires };
    if (this.#clock.now() < this.#identity.notAfter) {
      this.#log.warn(fields, "The node's certificate could not be renewed, trying again");
    } else {
      this.#log.error(fields, "The node's certificate has expired and could not be renewed");
    }
  }
}

function isRevoked(thrown: unknown): boolean {
  return thrown instanceof KeyholdError && thrown.code === "denied";
}

function fieldsOf(thrown: unknown): { reason: string; next: string } {
  return {
    reason: messageOf(thrown),
    next: thrown instanceof KeyholdError ? (thrown.next ?? "") : "",
  };
}

/**
 * When to renew: at half of the certificate's life, a little earlier or later.
 * @param random a number in [0, 1)
 * @returns milliseconds since 1970
 */
export function renewalTime(identity: Pick<AgentIdentity, "notBefore" | "notAfter">, random: number): number {
  const life = identity.notAfter - identity.notBefore;
  return identity.notBefore + life * (0.5 + JITTER * (random - 0.5));
}
