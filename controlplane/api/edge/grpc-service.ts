import type * as grpc from "@grpc/grpc-js";
import { Metadata } from "@grpc/grpc-js";
import type { StatusCodec } from "../../../common/grpc/status.ts";
import { AdmittedMetadata } from "./admitted.ts";
import type { AnyMethods } from "./call.ts";
import type { Edge, Incoming } from "./edge.ts";
import { requestIdOf } from "./edge.ts";

const REQUEST_ID_KEY = "x-request-id";

/** Streaming methods and others that do not fit request -> response bring their own gRPC handler. */
export type Streams = Readonly<Record<string, grpc.UntypedHandleCall>>;

/**
 * A service for `server.addService`: every method of the definition, so that what has no handler answers UNIMPLEMENTED with
 * a sentence.
 */
export function grpcService(
  definition: grpc.ServiceDefinition,
  methods: AnyMethods,
  parts: { readonly edge: Edge; readonly status: StatusCodec; readonly streams?: Streams },
): grpc.UntypedServiceImplementation {
  const implementation: grpc.UntypedServiceImplementation = {};
  for (const [name, method] of Object.entries(definition)) {
    const stream = parts.streams?.[name];
    if (stream !== undefined) implementation[name] = stream;
    else if (method.requestStream || method.responseStream)
      implementation[name] = refuseStream(methods[name], parts);
    else implementation[name] = unary(methods[name], parts);
  }
  return implementation;
}

function unary(
  handler: AnyMethods[string],
  { edge, status }: { readonly edge: Edge; readonly status: StatusCodec },
): grpc.handleUnaryCall<unknown, unknown> {
  return (call, callback) => {
    const incoming = incomingOf(call);
    announce(call, incoming);
    edge.run(incoming, handler, call.request).then(
      (response) => callback(null, response),
      (thrown: unknown) => callback(status.toStatus(thrown)),
    );
  };
}

/** A stream that has no handler of its own here: `handler`, if given, only says why. */
function refuseStream(
  handler: AnyMethods[string],
  { edge, status }: { readonly edge: Edge; readonly status: StatusCodec },
) {
  return (call: grpc.ServerWritableStream<unknown, unknown> | grpc.ServerDuplexStream<unknown, unknown>) => {
    edge.run(incomingOf(call), handler, undefined).catch((thrown: unknown) => {
      call.emit("error", status.toStatus(thrown));
    });
  };
}

/** What gRPC says about a call; the method without the leading slash. */
export function incomingOf(call: {
  metadata: grpc.Metadata;
  getPath(): string;
  getPeer(): string;
  getDeadline(): grpc.Deadline;
  getAuthContext(): ReturnType<grpc.ServerUnaryCall<unknown, unknown>["getAuthContext"]>;
}): Incoming {
  const [authorization] = call.metadata.get("authorization");
  const [requestId] = call.metadata.get(REQUEST_ID_KEY);
  const admitted = call.metadata instanceof AdmittedMetadata ? call.metadata.call : undefined;
  return {
    method: call.getPath().slice(1),
    credentials: {
      authorization: typeof authorization === "string" ? authorization : undefined,
      certificate: call.getAuthContext().sslPeerCertificate,
    },
    address: addressOf(call.getPeer()),
    requestId:
      admitted?.requestId ??
      requestIdOf({ requestId: typeof requestId === "string" ? requestId : undefined }),
    admitted,
    timeout: timeoutOf(call.getDeadline()),
  };
}

/** So that a caller can name the call to whoever reads the server's log. */
export function announce(
  call: Pick<grpc.ServerUnaryCall<unknown, unknown>, "sendMetadata">,
  incoming: Incoming,
): void {
  const metadata = new Metadata();
  metadata.set(REQUEST_ID_KEY, incoming.requestId ?? "");
  call.sendMetadata(metadata);
}

/** `127.0.0.1:51234` -> `127.0.0.1`, `[::1]:51234` or `::1:51234` -> `::1`. */
function addressOf(peer: string): string {
  return peer.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
}

function timeoutOf(deadline: grpc.Deadline): number {
  const at = deadline instanceof Date ? deadline.getTime() : deadline;
  return Number.isFinite(at) ? at - Date.now() : Number.POSITIVE_INFINITY;
}
