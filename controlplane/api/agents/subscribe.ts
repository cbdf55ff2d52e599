import type * as grpc from "@grpc/grpc-js";
import { KeyholdError } from "../../../common/errors.ts";
import type { StatusCodec } from "../../../common/grpc/status.ts";
import type { EnrolledNode } from "../../directory/records.ts";
import type { Call } from "../edge/call.ts";
import type { Edge } from "../edge/edge.ts";
import { incomingOf } from "../edge/grpc-service.ts";

/** What takes the stream of a node that is known. */
export interface NodeStreams<Stream> {
  /** @param from where the node calls from, for what is written down about it */
  subscribe(node: EnrolledNode, call: Stream, from: Pick<Call, "address" | "requestId">): void;
  /** Whether several agents take this node's stream from each other. */
  isContested(uid: string): boolean;
}

/**
 * AgentService.Subscribe: who calls is found out first. Requests wait in the stream meanwhile, as nobody reads it yet; only
 * that the agent went away has to be asked for.
 */
export function subscribeHandler<Request, Response>(parts: {
  readonly edge: Pick<Edge, "open" | "line" | "connected" | "refused">;
  readonly status: StatusCodec;
  readonly streams: NodeStreams<grpc.ServerDuplexStream<Request, Response>>;
}): grpc.handleBidiStreamingCall<Request, Response> {
  const open = async (call: grpc.ServerDuplexStream<Request, Response>) => {
    const incoming = incomingOf(call);
    const line = parts.edge.line(incoming);
    try {
      const opened = await parts.edge.open(incoming);
      const { caller } = opened;
      line.by(caller);
      if (caller.kind !== "node") throw new KeyholdError({ code: "denied", message: "only nodes subscribe" });
      // Copies of one node connect every few seconds, for as long as they run: a row for each would fill the log.
      if (!parts.streams.isContested(caller.node.uid)) await parts.edge.connected(opened);
      line.write();
      if (!call.cancelled) parts.streams.subscribe(caller.node, call, opened);
    } catch (thrown) {
      line.write(thrown);
      await parts.edge.refused(incoming, line, undefined, thrown);
      call.emit("error", parts.status.toStatus(thrown));
    }
  };
  return (call) => void open(call);
}
