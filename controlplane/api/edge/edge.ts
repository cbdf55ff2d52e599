import { randomUUID } from "node:crypto";
import { KeyholdError } from "../../../common/errors.ts";
import { statusName } from "../../../common/grpc/status.ts";
import type { Log } from "../../../common/log.ts";
import type { CallAudit } from "../../audit/call-audit.ts";
import type { Actor } from "../../audit/event.ts";
import type { Authenticator, Credentials } from "../../identity/authenticate.ts";
import { nodeIdentityOf } from "../../identity/certificates/node-certificate.ts";
import type { FailedSignIns } from "../../identity/failed-sign-ins.ts";
import { ANONYMOUS, type Caller, type CallerKind, tokenIdOf } from "../../identity/principal.ts";
import type { Call, Handler } from "./call.ts";

/** No handler may take longer, whatever the caller would wait. Milliseconds. */
const LONGEST_CALL = 30_000;
const REQUEST_ID = /^[A-Za-z0-9._:-]{1,64}$/;

/** What of the calls is written down. */
export type CallAudits = Pick<CallAudit, "answered" | "refused" | "connected">;

/** A call as it ended. */
export interface HandledCall {
  /** `keyhold.v1.SecretService/GetSecret` */
  readonly method: string;
  /** `OK`, `NOT_FOUND`, … */
  readonly code: string;
  readonly seconds: number;
}

/** What the transport (gRPC or HTTP) says about a call. */
export interface Incoming {
  /** `keyhold.v1.SecretService/GetSecret` */
  readonly method: string;
  readonly credentials: Credentials;
  readonly address: string;
  /** As the caller sent it; taken if it looks like one. */
  readonly requestId?: string | undefined;
  /** Milliseconds the caller still waits; Infinity if it did not say. */
  readonly timeout: number;
  /** What {@link Edge.admit} has answered, where it was asked before the request was read. */
  readonly admitted?: Call | undefined;
}

/**
 * What happens to every call, whatever it is and however it came: who calls, the handler, the deadline, one line in the log.
 * Errors leave it as {@link KeyholdError}s; the transport turns them into its own.
 */
export class Edge {
  readonly #authenticator: Pick<Authenticator, "authenticate" | "confirm">;
  readonly #failures: Pick<FailedSignIns, "judge">;
  readonly #handled: (call: HandledCall) => void;
  readonly #endsToken: ReadonlySet<string>;
  readonly #accepts: ReadonlySet<CallerKind>;
  readonly #anonymous: ReadonlySet<string>;
  readonly #log: Log;
  readonly #audit: CallAudits;

  /**
   * @param options.accepts kinds of callers served here
   * @param options.anonymous methods whose request itself says who calls
   * @param options.endsToken methods that may end the very token they are called with
   * @param options.handled told of every call when it has ended
   */
  constructor(options: {
    readonly authenticator: Pick<Authenticator, "authenticate" | "confirm">;
    readonly failures: Pick<FailedSignIns, "judge">;
    readonly handled: (call: HandledCall) => void;
    readonly endsToken: readonly string[];
    readonly accepts: readonly CallerKind[];
    readonly anonymous: readonly string[];
    readonly log: Log;
    readonly audit: CallAudits;
  }) {
    this.#audit = options.audit;
    this.#authenticator = options.authenticator;
    this.#failures = options.failures;
    this.#handled = options.handled;
    this.#endsToken = new Set(options.endsToken);
    this.#accepts = new Set(options.accepts);
    this.#anonymous = new Set(options.anonymous);
    this.#log = options.log;
  }

  /** Finds out who calls before the request is read. A refusal is logged, counted and audited here: the call ends with it. */
  async admit(incoming: Incoming): Promise<Call> {
    const line = this.line(incoming);
    try {
      return await this.open(incoming);
    } catch (thrown) {
      line.write(thrown);
      await this.refused(incoming, line, undefined, thrown);
      throw thrown;
    }
  }

  /** The caller, once it is known to be somebody this port serves. */
  async open(incoming: Incoming): Promise<Call> {
    if (incoming.admitted !== undefined) return incoming.admitted;
    const { method, address } = incoming;
    const requestId = requestIdOf(incoming);
    if (this.#anonymous.has(method)) return { method, address, requestId, caller: ANONYMOUS };
    const caller = await this.#authenticate(incoming);
    if (this.#accepts.has(caller.kind)) return { method, address, requestId, caller };
    throw new KeyholdError({ code: "denied", message: `a ${caller.kind} cannot call ${method} here` });
  }

  async run<Response>(
    incoming: Incoming,
    handler: Handler<never, Response> | undefined,
    request: unknown,
  ): Promise<Response> {
    const requestId = requestIdOf(incoming);
    const line = this.line({ ...incoming, requestId });
    try {
      const call = await this.open({ ...incoming, requestId });
      line.by(call.caller);
      if (handler === undefined) throw unimplemented(incoming.method);
      const answer = this.#audit.answered(actorOf(call), async () => {
        const response = await handler(request as never, call);
        await this.confirm(incoming);
        return response;
      });
      const response = await withDeadline(answer, incoming);
      line.write();
      return response;
    } catch (failure) {
      const thrown = this.#anonymous.has(incoming.method)
        ? this.#failures.judge(failure, "request", incoming.address)
        : failure;
      line.write(thrown);
      await this.refused({ ...incoming, requestId }, line, request, thrown);
      throw thrown;
    }
  }

  /** What is written about the call when it ends. {@link run} does so; streams do it themselves. */
  line(incoming: Pick<Incoming, "method" | "address" | "requestId">): CallLine {
    return new CallLine(this.#log, incoming, this.#handled);
  }

  /** @throws KeyholdError `unauthenticated` if the caller's token has been revoked since the call began */
  async confirm(incoming: Incoming): Promise<void> {
    if (this.#anonymous.has(incoming.method) || this.#endsToken.has(incoming.method)) return;
    await this.#authenticator.confirm(incoming.credentials);
  }

  /** A certificate is not guessed: what counts as a failure is a token, or to show nothing at all. */
  async #authenticate({ credentials, address }: Incoming): Promise<Caller> {
    try {
      return await this.#authenticator.authenticate(credentials);
    } catch (thrown) {
      if (credentials.certificate !== undefined) throw thrown;
      const kind = credentials.authorization === undefined ? "none" : "token";
      throw this.#failures.judge(thrown, kind, address);
    }
  }

  /** Writes a denial down; what else went wrong is none. For streams, which do not pass {@link run}. */
  refused(
    incoming: Incoming,
    { principal, token }: Pick<CallLine, "principal" | "token">,
    request: unknown,
    thrown: unknown,
  ): Promise<void> {
    const { method: action, address } = incoming;
    const who = principal === "" ? shownBy(incoming.credentials) : principal;
    const actor = { principal: who, token, address, requestId: requestIdOf(incoming), action };
    return this.#audit.refused(actor, request, thrown);
  }

  /** A node that opened its stream: the sign-in of an agent. */
  connected(call: Call): Promise<void> {
    return this.#audit.connected(actorOf(call));
  }
}

/** A certificate that TLS has verified says who was refused, even if it is revoked. A token that is not known says nothing. */
function shownBy({ certificate }: Credentials): string {
  try {
    return certificate === undefined ? "" : nodeIdentityOf(certificate).node.name;
  } catch {
    return "";
  }
}

function actorOf({ caller, address, requestId, method }: Call): Actor {
  return { principal: caller.principal, token: tokenIdOf(caller), address, requestId, action: method };
}

/** Collects what the one line about a call says: never the request, which may hold a value. */
export class CallLine {
  principal = "";
  /** Id of the token that was used; empty without one. Goes into the audit log only. */
  token = "";
  readonly #log: Log;
  readonly #incoming: Pick<Incoming, "method" | "address" | "requestId">;
  readonly #handled: (call: HandledCall) => void;
  readonly #start = performance.now();

  constructor(
    log: Log,
    incoming: Pick<Incoming, "method" | "address" | "requestId">,
    handled: (call: HandledCall) => void,
  ) {
    this.#log = log;
    this.#incoming = incoming;
    this.#handled = handled;
  }

  /** Notes who calls, once that is known. */
  by(caller: Caller): void {
    this.principal = caller.principal;
    this.token = tokenIdOf(caller);
  }

  write(thrown?: unknown): void {
    const { method, address, requestId = "" } = this.#incoming;
    const elapsed = performance.now() - this.#start;
    const milliseconds = Math.round(elapsed * 10) / 10;
    const code = thrown === undefined ? "OK" : statusName(thrown);
    this.#handled({ method, code, seconds: elapsed / 1000 });
    const fields = { method, address, requestId, principal: this.principal, milliseconds };
    if (thrown === undefined) {
      this.#log.info({ ...fields, code }, "Call answered");
      return;
    }
    if (!(thrown instanceof KeyholdError) || thrown.code === "failed") {
      this.#log.error({ ...fields, code, err: thrown }, "Call failed");
    } else {
      // Too many attempts have had their one line in the log: see FailedSignIns.
      const level = thrown.retryAfter === undefined ? "info" : "debug";
      this.#log[level]({ ...fields, code, reason: thrown.message }, "Call refused");
    }
  }
}

/** The caller's id for the call if it sent a proper one, else a new one. */
export function requestIdOf(incoming: Pick<Incoming, "requestId">): string {
  const given = incoming.requestId;
  return given !== undefined && REQUEST_ID.test(given) ? given : randomUUID();
}

function unimplemented(method: string): KeyholdError {
  return new KeyholdError({
    code: "unimplemented",
    message: `${method} is part of the API, but this release does not have it yet`,
    next: "use a newer release of the server",
  });
}

/** The handler itself goes on: a write that has begun is not torn, so the caller cannot know whether it happened. */
async function withDeadline<T>(work: Promise<T>, incoming: Incoming): Promise<T> {
  const limit = Math.max(0, Math.min(LONGEST_CALL, incoming.timeout));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `${incoming.method} took longer than ${Math.round(limit)} ms`;
    timer = setTimeout(() => reject(new KeyholdError({ code: "timeout", message })), limit);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
