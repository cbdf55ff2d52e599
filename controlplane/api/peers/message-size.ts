import type { ServerInterceptingCallInterface } from "@grpc/grpc-js";

/** The two fields of grpc-js's own call (1.14.7) that hold the port's limit for messages. */
interface BaseCall {
  maxReceiveMessageSize: number;
  readonly decoder: { maxReadMessageLength: number };
}

/**
 * Limits the messages of one call. grpc-js has one limit for each server, and a method without credentials should not be
 * able to send what a file secret needs. It refuses the message when its length has arrived, so nothing of it is kept:
 * RESOURCE_EXHAUSTED, with size and limit. A test holds that grpc-js still has these fields.
 * @param call what the first interceptor of a server is given
 */
export function limitMessages(call: ServerInterceptingCallInterface, bytes: number): void {
  const base = call as unknown as Partial<BaseCall>;
  if (base.decoder === undefined)
    throw new Error("this version of grpc-js keeps its message limit elsewhere");
  base.maxReceiveMessageSize = bytes;
  base.decoder.maxReadMessageLength = bytes;
}
