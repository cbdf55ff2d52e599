import type * as grpc from "@grpc/grpc-js";
import type { Caller } from "../../identity/principal.ts";

/** What a handler knows about a call besides its request. */
export interface Call {
  /** `keyhold.v1.SecretService/GetSecret` */
  readonly method: string;
  readonly requestId: string;
  /** IP address of the caller. */
  readonly address: string;
  readonly caller: Caller;
  /** Does some work once the answer has left, or the caller is gone; left out where nobody waits for either. */
  readonly onEnd?: ((work: () => void) => void) | undefined;
}

/** A method without anything of gRPC or HTTP: throws a KeyholdError if the answer is no. */
export type Handler<Request, Response> = (request: Request, call: Call) => Promise<Response>;

type HandlerOf<T> =
  T extends grpc.handleUnaryCall<infer Request, infer Response> ? Handler<Request, Response> : never;

type MethodNames<Generated> = keyof { [K in keyof Generated as string extends K ? never : K]: true };

/** The handlers of a service, from its generated type; what is left out answers UNIMPLEMENTED. */
export type Methods<Generated> = { readonly [K in MethodNames<Generated>]?: HandlerOf<Generated[K]> };

/** A service's handlers once their request types do not matter any more. */
export type AnyMethods = Readonly<Record<string, Handler<never, object> | undefined>>;

/** Full service name -> its handlers. A service without an entry answers UNIMPLEMENTED. */
export type Services = ReadonlyMap<string, AnyMethods>;
