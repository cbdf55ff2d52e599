import { readFileSync } from "node:fs";
import { type ChannelCredentials, type Client, credentials, Metadata } from "@grpc/grpc-js";
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
  const channel = channelCredentials(server.caFile, token);
  const made: Client[] = [];
  const make = <T extends Client>(
    Service: new (address: string, credentials: ChannelCredentials) => T,
  ): T => {
    const client = new Service(server.address, channel);
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
    close: () => {
      for (const client of made) client.close();
    },
  };
}

function channelCredentials(caFile: string, token: string | undefined): ChannelCredentials {
  const tls = credentials.createSsl(readFileSync(caFile));
  if (token === undefined) return tls;
  const bearer = credentials.createFromMetadataGenerator((_options, done) => {
    const metadata = new Metadata();
    metadata.set("authorization", `Bearer ${token}`);
    done(null, metadata);
  });
  return credentials.combineChannelCredentials(tls, bearer);
}
