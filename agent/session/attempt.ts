import { type ClientDuplexStream, type ServiceError, type StatusObject, status } from "@grpc/grpc-js";
import { KeyholdError } from "../../common/errors.ts";
import type { SubscribeRequest } from "../../proto/gen/keyhold/v1/SubscribeRequest.ts";
import type { SubscribeResponse__Output } from "../../proto/gen/keyhold/v1/SubscribeResponse.ts";

/** One call of Subscribe, as the generated client returns it. */
export type SubscribeCall = Pick<
  ClientDuplexStream<SubscribeRequest, SubscribeResponse__Output>,
  "write" | "end" | "cancel" | "on"
>;

export interface AttemptListener {
  received(response: SubscribeResponse__Output): void;
}

/**
 * Reads one call until it ends.
 * @returns why it ended; a server that ends a stream without an error is going away, so that is an error as well
 */
export function untilEnded(call: SubscribeCall, listener: AttemptListener): Promise<unknown> {
  return new Promise((resolve) => {
    call.on("data", (response: SubscribeResponse__Output) => listener.received(response));
    // Comes before `status`; without a listener Node would end the process.
    call.on("error", (error: ServiceError) => resolve(error));
    call.on("status", (given: StatusObject) => {
      if (given.code === status.OK) resolve(endedByServer());
    });
  });
}

function endedByServer(): KeyholdError {
  return new KeyholdError({ code: "unavailable", message: "the control plane ended the stream" });
}
