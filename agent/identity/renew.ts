import { createPublicKey, X509Certificate } from "node:crypto";
import { type BackoffPolicy, backoffDelay, sleep } from "../../common/backoff.ts";
import { KeyholdError, messageOf } from "../../common/errors.ts";
import type { Log } from "../../common/log.ts";
import type { RenewResponse__Output } from "../../proto/gen/keyhold/v1/RenewResponse.ts";
import { certificateRequest } from "./certificate-request.ts";
import { type AgentIdentity, makeIdentity } from "./identity.ts";
import { writeIdentityFile } from "./identity-files.ts";

/** Between two attempts. Half a day is left when the first fails, so there is no hurry; not so near the end. */
export const RENEW_RETRY: BackoffPolicy = { initial: 5000, maximum: 600_000, factor: 2, jitter: 0.5 };

/** Share of the certificate's life by which a renewal is moved at random: spreads nodes that were enrolled together. */
const JITTER = 0.1;

export interface RenewerOptions {
  readonly identity: AgentIdentity;
  readonly directory: string;
  /** AgentService.Renew on the node port. Rejects with a KeyholdError. */
  readonly renew: (request: { certificateRequest: string }) => Promise<RenewResponse__Output>;
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

/** Node's timers hold 24.8 days at most, and stand still while a host sleeps: so in steps, looking at the clock again. */
const LONGEST_SLEEP = 3_600_000;

async function sleepLong(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.min(milliseconds, LONGEST_SLEEP), signal);
}

/** Renews the node's certificate at about half of its life, for as long as the agent runs. The key stays the same. */
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
    while (!this.#stopping.signal.aborted) {
      await this.#until(renewalTime(this.#identity, this.#random()));
      await this.#renewUntilDone();
    }
  }

  async #until(time: number): Promise<void> {
    for (let left = time - this.#clock.now(); left > 0; left = time - this.#clock.now()) {
      if (this.#stopping.signal.aborted) return;
      await this.#clock.sleep(left, this.#stopping.signal);
    }
  }

  async #renewUntilDone(): Promise<void> {
    for (let attempt = 0; !this.#stopping.signal.aborted; attempt += 1) {
      try {
        return await this.#renewOnce();
      } catch (thrown) {
        const delay = backoffDelay(RENEW_RETRY, attempt, this.#random());
        this.#logFailure(thrown, attempt, delay);
        await this.#until(this.#clock.now() + delay);
      }
    }
  }

  async #renewOnce(): Promise<void> {
    const { key, server, node, nodePort, ca: before } = this.#identity;
    const { directory } = this.#options;
    const publicKey = createPublicKey(key).export({ type: "spki", format: "pem" }).toString();
    const request = { certificateRequest: certificateRequest(key, publicKey, node) };
    const response = await this.#options.renew(request);
    const certificate = new X509Certificate(response.certificate);
    const ca = response.caCertificate === "" ? before : response.caCertificate;
    const next = makeIdentity({ server, node, nodePort }, { key, certificate, ca, directory });
    // The CA first: a kill in between leaves the old certificate, which is valid still, with a CA that signs the next.
    if (ca !== before) await writeIdentityFile(directory, "ca", ca);
    await writeIdentityFile(directory, "certificate", next.certificate);
    this.#identity = next;
    this.#log.info({ expires: new Date(next.notAfter).toISOString() }, "The node's certificate was renewed");
    this.#options.renewed(next);
  }

  #logFailure(thrown: unknown, attempt: number, milliseconds: number): void {
    const expires = new Date(this.#identity.notAfter).toISOString();
    const next = thrown instanceof KeyholdError ? (thrown.next ?? "") : "";
    const fields = { reason: messageOf(thrown), next, attempt, milliseconds, expires };
    if (this.#clock.now() < this.#identity.notAfter) {
      this.#log.warn(fields, "The node's certificate could not be renewed, trying again");
    } else {
      this.#log.error(fields, "The node's certificate has expired and could not be renewed");
    }
  }
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
