import { readFileSync } from "node:fs";
import {
  type CallCredentials,
  type ChannelCredentials,
  type ChannelOptions,
  type Client,
  credentials,
  Metadata,
} from "@grpc/grpc-js";
import { serverOnly } from "../../common/grpc/channel.ts";
import type { KeyholdApi } from "../../common/grpc/protos.ts";

/** The services of the API port, as one caller. */
export interface Api {
  readonly organizations: InstanceType<KeyholdApi["OrganizationService"]>;
  readonly projects: InstanceType<KeyholdApi["ProjectService"]>;
  readonly users: InstanceType<KeyholdApi["UserService"]>;
  readonly workspaces: InstanceType<KeyholdApi["WorkspaceService"]>;
  readonly secrets: InstanceType<KeyholdApi["SecretService"]>;
  readonly tokens: InstanceType<KeyholdApi["TokenService"]>;
  readonly nodes: InstanceType<KeyholdApi["NodeService"]>;
  readonly rollouts: InstanceType<KeyholdApi["RolloutService"]>;
  close(): void;
}

export interface ApiAddress {
  /** `host:port` */
  readonly address: string;
  /** PEM file. */
  readonly caFile: string;
}

/** @param token without it every call is anonymous */
export function connectApi(services: KeyholdApi, server: ApiAddress, token?: string): Api {
  const { credentials: tls, options } = serverOnly(server.address, readFileSync(server.caFile));
  const channel = token === undefined ? tls : credentials.combineChannelCredentials(tls, bearer(token));
  const made: Client[] = [];
  const make = <T extends Client>(Service: ClientConstructor<T>): T => {
    const client = new Service(server.address, channel, options);
    made.push(client);
    return client;
  };
  return {
    organizations: make(services.OrganizationService),
    projects: make(services.ProjectService),
    users: make(services.UserService),
    workspaces: make(services.WorkspaceService),
    secrets: make(services.SecretService),
    tokens: make(services.TokenService),
    nodes: make(services.NodeService),
    rollouts: make(services.RolloutService),
    close: () => {
      for (const client of made) client.close();
    },
  };
}

type ClientConstructor<T> = new (
  address: string,
  credentials: ChannelCredentials,
  options: ChannelOptions,
) => T;

function bearer(token: string): CallCredentials {
  return credentials.createFromMetadataGenerator((_options, done) => {
    const metadata = new Metadata();
    metadata.set("authorization", `Bearer ${token}`);
    done(null, metadata);
  });
}
