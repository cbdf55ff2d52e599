import { RenewableCredentials } from "../common/grpc/channel.ts";
import { invoke } from "../common/grpc/invoke.ts";
import type { KeyholdApi } from "../common/grpc/protos.ts";
import type { StatusCodec } from "../common/grpc/status.ts";
import type { RenewResponse__Output } from "../proto/gen/keyhold/v1/RenewResponse.ts";
import { formatAddress, parseAddress } from "./identity/address.ts";
import { type AgentIdentity, channelIdentity } from "./identity/identity.ts";
import type { SubscribeCall } from "./session/attempt.ts";

/** The node port, as this node. */
export interface Connection {
  /** `host:port` */
  readonly address: string;
  subscribe(): SubscribeCall;
  /** Rejects with a KeyholdError. */
  renew(request: { certificateRequest: string }): Promise<RenewResponse__Output>;
  /** The identity for every connection that is made from now on; the one that is open goes on with the old one. */
  use(identity: AgentIdentity): void;
  close(): void;
}

/** Connects at the first call. The node port is another port of the host at which the node was enrolled. */
export function openConnection(
  identity: AgentIdentity,
  api: Pick<KeyholdApi, "AgentService">,
  errors: Pick<StatusCodec, "fromServiceError">,
): Connection {
  const address = formatAddress({ host: parseAddress(identity.server).host, port: identity.nodePort });
  const credentials = new RenewableCredentials(channelIdentity(identity));
  const channel = credentials.channel(address);
  const client = new api.AgentService(address, channel.credentials, channel.options);
  return {
    address,
    subscribe: () => client.Subscribe(),
    renew: async (request) => {
      try {
        return await invoke(client, client.Renew, request);
      } catch (thrown) {
        throw errors.fromServiceError(thrown, address);
      }
    },
    use: (next) => credentials.replace(channelIdentity(next)),
    close: () => client.close(),
  };
}
