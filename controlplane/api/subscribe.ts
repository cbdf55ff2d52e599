import type * as grpc from "@grpc/grpc-js";
import { KeyholdError } from "../../common/errors.ts";
import type { StatusCodec } from "../../common/grpc/status.ts";
import type { Log } from "../../common/log.ts";
import type { ChildName } from "../../common/resource-name.ts";
import { CallLine, type Edge } from "./edge.ts";
import { incomingOf } from "./grpc-service.ts";

/** What takes the stream of a node that is known. */
export interface NodeStreams<Stream> {
  subscribe(node: ChildName, call: Stream): void;
}

/**
 * AgentService.Subscribe: who calls is found out first. Requests wait in the stream meanwhile, as nobody reads it yet; only
 * that the agent went away has to be asked for.
 */
export function subscribeHandler<Request, Response>(parts: {
  readonly edge: Pick<Edge, "open">;
  readonly status: StatusCodec;
  readonly streams: NodeStreams<grpc.ServerDuplexStream<Request, Response>>;
  readonly log: Log;
}): grpc.handleBidiStreamingCall<Request, Response> {
  const open = async (call: grpc.ServerDuplexStream<Request, Response>) => {
    const incoming = incomingOf(call);
    const line = new CallLine(parts.log, incoming);
    try {
      const { caller } = await parts.edge.open(incoming);
      line.principal = caller.principal;
      if (caller.kind !== "node") throw new KeyholdError({ code: "denied", message: "only nodes subscribe" });
      line.write();
      if (!call.cancelled) parts.streams.subscribe(caller.node, call);
    } catch (thrown) {
      line.write(thrown);
      call.emit("error", parts.status.toStatus(thrown));
    }
  };
  return (call) => void open(call);
}
