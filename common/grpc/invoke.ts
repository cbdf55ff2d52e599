import type { CallOptions, Client, ClientUnaryCall, requestCallback } from "@grpc/grpc-js";
import { Metadata } from "@grpc/grpc-js";

type UnaryMethod<Request, Response> = (
  argument: Request,
  callback: requestCallback<Response>,
) => ClientUnaryCall;

type FullMethod<Request, Response> = (
  argument: Request,
  metadata: Metadata,
  options: CallOptions,
  callback: requestCallback<Response>,
) => ClientUnaryCall;

/**
 * A unary call as a promise: `invoke(client, client.GetSecret, { name })`. Rejects with grpc-js's ServiceError, which
 * {@link StatusCodec.fromServiceError} turns into ours.
 * @param timeout milliseconds, default 10,000
 */
export function invoke<Request, Response>(
  client: Client,
  method: UnaryMethod<Request, Response>,
  request: Request,
  timeout = 10_000,
): Promise<Response> {
  // The method has overloads, of which inference sees the shortest; this is the longest.
  const call = method as unknown as FullMethod<Request, Response>;
  return new Promise((resolve, reject) => {
    call.call(client, request, new Metadata(), { deadline: Date.now() + timeout }, (error, response) => {
      if (error !== null) reject(error);
      else resolve(response as Response);
    });
  });
}
