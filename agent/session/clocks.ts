import { type Probe, probeServer } from "../../common/grpc/probe.ts";
import type { Log } from "../../common/log.ts";
import type { AgentIdentity } from "../identity/identity.ts";

export interface ClockCheckOptions {
  /** The identity in use, whose certificate may have been renewed since the start. */
  readonly identity: () => Pick<AgentIdentity, "server" | "ca" | "notBefore" | "notAfter">;
  readonly log: Pick<Log, "warn">;
  readonly probe?: (server: string, ca: string) => Promise<Probe>;
  readonly clock?: () => number;
}

const NEXT = "set the clocks of both hosts by NTP; the agent connects by itself then";

/**
 * After a failed attempt to connect: finds out whether the clocks of both hosts disagree. TLS refuses a certificate that has expired,
 * or is not valid yet, by the clock of the other side, and says so to nobody.
 */
export class ClockCheck {
  readonly #options: ClockCheckOptions;
  #last = "";
  #isLooking = false;

  constructor(options: ClockCheckOptions) {
    this.#options = options;
  }

  /** Logs each finding once. Never throws. */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    const { identity, log, probe = probeServer, clock = Date.now } = this.#options;
    const { server, ca } = identity();
    const reason = explain(await probe(server, ca), identity(), clock());
    this.#isLooking = false;
    if (reason !== "" && withoutNumbers(reason) !== this.#last) {
      log.warn({ reason, next: NEXT }, "Not connected, because the clocks disagree");
    }
    this.#last = withoutNumbers(reason);
  }
}

/** Empty where clocks explain nothing. Pure. */
export function explain(
  probe: Probe,
  { notBefore, notAfter }: Pick<AgentIdentity, "notBefore" | "notAfter">,
  now: number,
): string {
  if (probe.kind === "untrusted") {
    if (/CERT_HAS_EXPIRED|has expired/i.test(probe.reason))
      return "by the clock of this host the certificate of the control plane has expired";
    if (/NOT_YET_VALID|not yet valid/i.test(probe.reason))
      return "by the clock of this host the certificate of the control plane is not yet valid";
  }
  if (probe.kind !== "answers" || probe.skew === undefined) return "";
  const theirs = now + probe.skew;
  const seconds = Math.round(Math.abs(probe.skew) / 1_000);
  const clock = `the clock of the control plane, which is ${seconds} s ${probe.skew > 0 ? "ahead of" : "behind"} this one`;
  if (theirs > notAfter && now <= notAfter) return `this node's certificate has expired by ${clock}`;
  if (theirs < notBefore && now >= notBefore) return `this node's certificate is not yet valid by ${clock}`;
  return "";
}

function withoutNumbers(text: string): string {
  return text.replace(/\d+/g, "");
}
