import {
  type Metadata,
  ServerInterceptingCall,
  type ServerInterceptingCallInterface,
  type ServerInterceptor,
} from "@grpc/grpc-js";
import { KeyholdError } from "../../../common/errors.ts";
import type { StatusCodec } from "../../../common/grpc/status.ts";
import type { Connections } from "../peers/connections.ts";
import { LARGE_REQUESTS, REQUEST_TIMEOUT_MS, requestLimit } from "../peers/limits.ts";
import { limitMessages } from "../peers/message-size.ts";
import type { Peers } from "../peers/peers.ts";
import { AdmittedMetadata } from "./admitted.ts";
import type { Call } from "./call.ts";
import type { Edge } from "./edge.ts";
import { incomingOf } from "./grpc-service.ts";

/** Services of gRPC itself: they are asked before anybody signs in, and tell nothing that is private. */
const OPEN_SERVICES = ["grpc.health.v1.Health/", "grpc.reflection."];

export interface AdmissionParts {
  readonly edge: Pick<Edge, "admit">;
  readonly status: StatusCodec;
  readonly connections: Pick<Connections, "heard" | "identified" | "failed">;
  readonly peers: Peers;
  /** Milliseconds; shorter in tests. */
  readonly requestTimeout?: number;
}

type ServerMethod = Parameters<ServerInterceptor>[0];

/**
 * Decides about each call from its headers: who calls, whether there is room for another call of theirs, and how large its
 * request may be. grpc-js reads nothing of a request before its handler asks, and a handler is told of a call only here, so
 * that a peer without credentials makes the server hold no more than HTTP/2's own window.
 */
export function admission(parts: AdmissionParts): ServerInterceptor {
  return (method, call) => {
    const admitted = new AdmittedCall(parts, method, call);
    return new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, go) => void admitted.admit(metadata, go),
          onReceiveMessage: (message, go) => {
            admitted.messageReceived();
            go(message);
          },
          onReceiveHalfClose: (go) => {
            admitted.allReceived();
            go();
          },
          onCancel: () => admitted.end(),
        }),
    });
  };
}

/** One call from its headers to its end. */
class AdmittedCall {
  readonly #parts: AdmissionParts;
  readonly #call: ServerInterceptingCallInterface;
  readonly #method: string;
  readonly #requestStream: boolean;
  readonly #gone = new AbortController();
  readonly #ends: (() => void)[] = [];
  #received: () => void = () => undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: AdmissionParts, method: ServerMethod, call: ServerInterceptingCallInterface) {
    this.#parts = parts;
    this.#call = call;
    this.#method = method.path.slice(1);
    this.#requestStream = method.requestStream;
  }

  async admit(metadata: Metadata, go: (metadata: Metadata) => void): Promise<void> {
    const { connections, status } = this.#parts;
    const peer = this.#call.getPeer();
    connections.heard(peer);
    try {
      const opened = this.#isOpen() ? undefined : await this.#opened(metadata);
      if (opened !== undefined && opened.caller.kind !== "anonymous") this.#identified(peer, opened);
      await this.#makeRoom(opened, peer);
      if (this.#gone.signal.aborted) return;
      this.#expectRequest();
      const onEnd = (end: () => void) => this.#onEnd(end);
      go(opened === undefined ? metadata : new AdmittedMetadata(metadata, { ...opened, onEnd }));
    } catch (thrown) {
      if (thrown instanceof KeyholdError && thrown.code === "exhausted") connections.failed(peer);
      this.#call.sendStatus(status.toStatus(thrown));
    }
  }

  /** A message of a request that is a stream; the next may take as long as it likes. */
  messageReceived(): void {
    if (this.#requestStream) this.allReceived();
  }

  allReceived(): void {
    clearTimeout(this.#timer);
    this.#received();
  }

  /** Also if the call was never admitted. */
  end(): void {
    this.#gone.abort();
    this.allReceived();
    for (const end of this.#ends.splice(0)) end();
  }

  #isOpen(): boolean {
    return OPEN_SERVICES.some((service) => this.#method.startsWith(service));
  }

  #opened(metadata: Metadata): Promise<Call> {
    const call = this.#call;
    return this.#parts.edge.admit(
      incomingOf({
        metadata,
        getPath: () => `/${this.#method}`,
        getPeer: () => call.getPeer(),
        getDeadline: () => call.getDeadline(),
        getAuthContext: () => call.getAuthContext(),
      }),
    );
  }

  #identified(peer: string, { caller }: Call): void {
    if (this.#parts.connections.identified(peer, caller.principal)) return;
    throw new KeyholdError({
      code: "exhausted",
      message: `${caller.principal} has too many connections to this server`,
      next: "make calls over fewer connections: each carries up to 100 at the same time",
      retryAfter: 1000,
    });
  }

  async #makeRoom(opened: Call | undefined, peer: string): Promise<void> {
    const { peers } = this.#parts;
    const principal = opened?.caller.principal ?? "";
    const limit = requestLimit(this.#method, principal === "");
    limitMessages(this.#call, limit);
    this.#onEnd(peers.calls.begin(principal, opened?.address ?? addressIn(peer)));
    if (principal === "" || this.#requestStream || !Object.hasOwn(LARGE_REQUESTS, this.#method)) return;
    const release = await peers.receiving.take(principal, limit, this.#gone.signal);
    this.#received = release;
    this.#onEnd(release);
  }

  /** The call may have ended while its caller was looked up. */
  #onEnd(end: () => void): void {
    if (this.#gone.signal.aborted) end();
    else this.#ends.push(end);
  }

  #expectRequest(): void {
    const timeout = this.#parts.requestTimeout ?? REQUEST_TIMEOUT_MS;
    this.#timer = setTimeout(() => {
      const error = new KeyholdError({
        code: "timeout",
        message: `the request of ${this.#method} was not sent within ${timeout / 1000} s`,
        next: "send it again, at once",
      });
      this.#call.sendStatus(this.#parts.status.toStatus(error));
    }, timeout);
    this.#timer.unref();
  }
}

function addressIn(peer: string): string {
  return peer.replace(/:\d+$/, "");
}
