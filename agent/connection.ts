import { RenewableCredentials } from "../common/grpc/channel.ts";
import { invoke } from "../common/grpc/invoke.ts";
import type { KeyholdApi } from "../common/grpc/protos.ts";
import type { StatusCodec } from "../common/grpc/status.ts";
import type { RenewResponse__Output } from "../proto/gen/keyhold/v1/RenewResponse.ts";
import { type AgentIdentity, channelIdentity } from "./identity/identity.ts";
import { nodeAddresses } from "./identity/node-addresses.ts";
import type { SubscribeCall } from "./session/attempt.ts";

/** The node port, as this node. */
export interface Connection {
  /** `host:port` of the server that is talked to, or tried next. */
  readonly address: string;
  /** Of several servers the one of the last stream, if that brought anything; else the next. */
  subscribe(): SubscribeCall;
  /** Rejects with a KeyholdError. */
  renew(request: { certificateRequest: string }): Promise<RenewResponse__Output>;
  /** The identity for every connection that is made from now on; the one that is open goes on with the old one. */
  use(identity: AgentIdentity): void;
  close(): void;
}

type Client = InstanceType<KeyholdApi["AgentService"]>;

/** Connects at the first call. Each server has its node port on the host of its API port. */
export function openConnection(
  identity: AgentIdentity,
  api: Pick<KeyholdApi, "AgentService">,
  errors: Pick<StatusCodec, "fromServiceError">,
): Connection {
  const addresses = nodeAddresses(identity);
  const credentials = new RenewableCredentials(channelIdentity(identity));
  const clients = new Map<string, Client>();
  let [current = ""] = addresses;
  /** The last stream brought something, or none was opened yet. */
  let isGood = true;

  const client = (): Client => {
    const channel = credentials.channel(current);
    const made = clients.get(current) ?? new api.AgentService(current, channel.credentials, channel.options);
    clients.set(current, made);
    return made;
  };
  const next = () => addresses[(addresses.indexOf(current) + 1) % addresses.length] ?? current;

  return {
    get address() {
      return current;
    },
    subscribe: () => {
      if (!isGood) current = next();
      isGood = false;
      const call = client().Subscribe();
      call.on("data", () => {
        isGood = true;
      });
      return call;
    },
    renew: async (request) => {
      const at = client();
      try {
        return await invoke(at, at.Renew, request);
      } catch (thrown) {
        throw errors.fromServiceError(thrown, current);
      }
    },
    use: (renewed) => credentials.replace(channelIdentity(renewed)),
    close: () => {
      for (const each of clients.values()) each.close();
    },
  };
}
