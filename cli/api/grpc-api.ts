import { type ChannelCredentials, Client, credentials, Metadata } from "@grpc/grpc-js";
import type { MethodDefinition } from "@grpc/proto-loader";
import { KeyholdError } from "../../common/errors.ts";
import { loadApi, loadDefinition } from "../../common/grpc/protos.ts";
import { type ServerIdentity, serverIdentity } from "../../common/grpc/server-identity.ts";
import { StatusCodec } from "../../common/grpc/status.ts";
import type { Api, MethodName, Request, Response, ServiceName, Session } from "./api.ts";

/** A person waits no longer than this for one answer, in milliseconds. */
const PATIENCE = 20_000;

/**
 * Opens a TLS connection to the API port. Nothing is sent before the first call. This file is imported only when a command
 * calls the API: gRPC and the proto files take 100 ms to load.
 */
export function connectGrpc(session: Session): Api {
  const definition = loadDefinition();
  const services = loadApi(definition);
  const codec = new StatusCodec(definition);
  const identity = serverIdentity(session.server);
  const client = new Client(session.server, channelCredentials(session, identity), identity.options);
  const metadata = bearer(session.token);

  async function call<S extends ServiceName, M extends MethodName<S>>(
    service: S,
    method: M,
    request: Request<S, M>,
  ): Promise<Response<S, M>> {
    try {
      return (await unary(client, find(service, method), request as object, metadata)) as Response<S, M>;
    } catch (thrown) {
      throw codec.fromServiceError(thrown, session.server);
    }
  }

  async function* stream<S extends ServiceName, M extends MethodName<S>>(
    service: S,
    method: M,
    request: Request<S, M>,
    timeout?: number,
  ): AsyncGenerator<Response<S, M>> {
    const { path, requestSerialize, responseDeserialize } = find(service, method);
    const answers = client.makeServerStreamRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request as object,
      metadata,
      timeout === undefined ? {} : { deadline: Date.now() + timeout },
    );
    try {
      for await (const answer of answers) yield answer as Response<S, M>;
    } catch (thrown) {
      throw codec.fromServiceError(thrown, session.server);
    } finally {
      answers.cancel();
    }
  }

  function find<S extends ServiceName>(service: S, method: MethodName<S>): MethodDefinition<object, object> {
    const methods = services[service].service as unknown as Record<string, MethodDefinition<object, object>>;
    const found = methods[method];
    if (found === undefined) throw new Error(`method ${service}.${method} is not in the proto files`);
    return found;
  }
  return { call, stream, close: () => client.close() };
}

function unary(
  client: Client,
  method: MethodDefinition<object, object>,
  request: object,
  metadata: Metadata,
): Promise<object> {
  const options = { deadline: Date.now() + PATIENCE };
  const { path, requestSerialize, responseDeserialize } = method;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      metadata,
      options,
      (error, answer) => {
        if (error !== null || answer === undefined) reject(error ?? new Error("empty answer"));
        else resolve(answer);
      },
    );
  });
}

function channelCredentials(session: Session, identity: ServerIdentity): ChannelCredentials {
  const ca = session.ca === undefined ? null : Buffer.from(session.ca);
  return credentials.createSsl(ca, null, null, identity.verify);
}

function bearer(token: string): Metadata {
  const metadata = new Metadata();
  try {
    metadata.set("authorization", `Bearer ${token}`);
  } catch {
    // The reason quotes the header, so it is not passed on.
    throw new KeyholdError({
      code: "invalid",
      message: "the token has characters that no token has",
      next: "pass it as it was shown: it starts with kh_",
    });
  }
  return metadata;
}
