import { Counter, Histogram, Registry } from "prom-client";
import type { HandledCall } from "../api/edge/edge.ts";
import { CONNECTION_REFUSALS, type ConnectionRefusal } from "../api/peers/connections.ts";
import type { CredentialKind, FailureMeter } from "../identity/failed-sign-ins.ts";
import type { MessageKind } from "../stream/node-session.ts";

/** Where a call came in. */
export type Port = "api" | "node" | "http";

/** From a lookup in memory to a call that waits for the disk or a key in Vault. Seconds. */
const DURATIONS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30];

/**
 * What the server counts while it works. Labels hold only what the program itself has a fixed list of (methods, codes,
 * kinds): no name of a user, organization or secret, so that there are few series and nothing private in them.
 */
export class Metrics implements FailureMeter {
  readonly registry = new Registry();
  readonly #handled: Counter<"port" | "service" | "method" | "code">;
  readonly #duration: Histogram<"port" | "service" | "method">;
  readonly #failed: Counter<"credential">;
  readonly #limited: Counter<"credential">;
  readonly #sent: Counter<"kind">;
  readonly #refused: Counter<"port" | "reason">;
  readonly #dropped: Counter;

  constructor() {
    const registers = [this.registry];
    this.#handled = new Counter({
      name: "keyhold_calls_handled_total",
      help: "Calls answered or refused, by port (api, node, http), service, method and gRPC code.",
      labelNames: ["port", "service", "method", "code"],
      registers,
    });
    this.#duration = new Histogram({
      name: "keyhold_call_duration_seconds",
      help: "How long calls took; for an agent's stream until it was accepted.",
      labelNames: ["port", "service", "method"],
      buckets: DURATIONS,
      registers,
    });
    this.#failed = new Counter({
      name: "keyhold_auth_failures_total",
      help: "Calls that were not signed in: a wrong API token (token), join token or sign-in code (request), or nothing (none).",
      labelNames: ["credential"],
      registers,
    });
    this.#limited = new Counter({
      name: "keyhold_auth_rate_limited_total",
      help: "Those of them that were answered RESOURCE_EXHAUSTED, because their address had failed too often.",
      labelNames: ["credential"],
      registers,
    });
    this.#sent = new Counter({
      name: "keyhold_stream_messages_sent_total",
      help: "Messages sent to agents on their streams: snapshots, increments, and steps of rollouts.",
      labelNames: ["kind"],
      registers,
    });
    this.#refused = new Counter({
      name: "keyhold_connections_refused_total",
      help: "Connections that were closed because of a limit, by port and reason; docs/reference/limits.md has the limits.",
      labelNames: ["port", "reason"],
      registers,
    });
    this.#dropped = new Counter({
      name: "keyhold_reported_containers_dropped_total",
      help: "Containers in reports of nodes that were not taken, because a limit of docs/reference/limits.md was exceeded.",
      registers,
    });
    // A series that is there from the start lets a rate be taken of its first event.
    for (const credential of ["token", "request", "none"]) {
      this.#failed.inc({ credential }, 0);
      this.#limited.inc({ credential }, 0);
    }
    for (const port of ["api", "node", "http"])
      for (const reason of CONNECTION_REFUSALS) this.#refused.inc({ port, reason }, 0);
    for (const kind of ["snapshot", "increment", "step"]) this.#sent.inc({ kind }, 0);
  }

  /** For an edge of one port. */
  handled(port: Port): (call: HandledCall) => void {
    return ({ method: path, code, seconds }) => {
      const [service = "", method = ""] = path.split("/");
      this.#handled.inc({ port, service, method, code });
      this.#duration.observe({ port, service, method }, seconds);
    };
  }

  /** For the connections of one port. */
  refused(port: Port): (reason: ConnectionRefusal) => void {
    return (reason) => this.#refused.inc({ port, reason });
  }

  authenticationFailed(credential: CredentialKind): void {
    this.#failed.inc({ credential });
  }

  authenticationLimited(credential: CredentialKind): void {
    this.#limited.inc({ credential });
  }

  dropped(count: number): void {
    this.#dropped.inc(count);
  }

  sent(kind: MessageKind): void {
    this.#sent.inc({ kind });
  }
}
