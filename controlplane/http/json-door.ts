import type * as grpc from "@grpc/grpc-js";
import type { PackageDefinition } from "@grpc/proto-loader";
import { KeyholdError, messageOf } from "../../common/errors.ts";
import type { AnyMethods } from "../api/edge/call.ts";
import type { Edge, Incoming } from "../api/edge/edge.ts";
import { LARGE_REQUESTS, requestLimit } from "../api/peers/limits.ts";
import type { Peers } from "../api/peers/peers.ts";
import { type JsonAnswer, jsonRefusal } from "./json-refusal.ts";
import { ProtoJson } from "./proto-json.ts";

export interface JsonCall extends Omit<Incoming, "timeout" | "admitted"> {
  /**
   * Reads the request in proto3 JSON, if its caller is known and there is room for it; an empty one means `{}`.
   * @param largest bytes
   */
  readonly body: (largest: number) => Promise<string>;
  /** Does some work once the answer has left, or the caller is gone. */
  readonly onEnd: (work: () => void) => void;
}

export interface JsonDoorParts {
  readonly definition: PackageDefinition;
  /** Full service name (`keyhold.v1.SecretService`) to its handlers. */
  readonly services: ReadonlyMap<string, AnyMethods>;
  readonly edge: Pick<Edge, "admit" | "run">;
  readonly peers: Peers;
}

/** Bytes are a third longer in base64. */
const JSON_OVERHEAD = 4 / 3;

/** The gRPC methods of the API port in JSON: the same handlers behind the same edge, nothing written by hand per method. */
export class JsonDoor {
  readonly #definition: PackageDefinition;
  readonly #services: ReadonlyMap<string, AnyMethods>;
  readonly #edge: Pick<Edge, "admit" | "run">;
  readonly #peers: Peers;
  readonly #json: ProtoJson;

  constructor({ definition, services, edge, peers }: JsonDoorParts) {
    this.#definition = definition;
    this.#services = services;
    this.#edge = edge;
    this.#peers = peers;
    this.#json = new ProtoJson(definition);
  }

  async answer(call: JsonCall): Promise<JsonAnswer> {
    const [service = "", name = ""] = call.method.split("/");
    const method = this.#methodOf(service, name);
    const handler = method.responseStream ? undefined : this.#services.get(service)?.[name];
    const { onEnd } = call;
    try {
      const opened = await this.#edge.admit({ ...call, timeout: Number.POSITIVE_INFINITY });
      const admitted = { ...opened, onEnd };
      const incoming = { ...call, timeout: Number.POSITIVE_INFINITY, admitted };
      const request = this.#read(method, await this.#bodyOf(call, admitted.caller.principal));
      const response = await this.#edge.run<object>(incoming, handler, request);
      return { code: 200, body: this.#write(method, response) };
    } catch (thrown) {
      return this.refusal(thrown);
    }
  }

  async #bodyOf(call: JsonCall, principal: string): Promise<string> {
    call.onEnd(this.#peers.calls.begin(principal, call.address));
    const message = requestLimit(call.method, principal === "");
    const largest = Math.ceil(message * JSON_OVERHEAD);
    if (principal === "" || !Object.hasOwn(LARGE_REQUESTS, call.method)) return call.body(largest);
    const release = await this.#peers.receiving.take(principal, message);
    try {
      return await call.body(largest);
    } finally {
      release();
    }
  }

  /** For what failed before a method was reached. */
  refusal(thrown: unknown): JsonAnswer {
    return jsonRefusal(thrown);
  }

  #methodOf(service: string, name: string): grpc.MethodDefinition<unknown, unknown> {
    const found = this.#services.has(service) ? this.#definition[service] : undefined;
    const methods = found as grpc.ServiceDefinition | undefined;
    if (methods !== undefined && Object.hasOwn(methods, name)) {
      return methods[name] as grpc.MethodDefinition<unknown, unknown>;
    }
    throw new KeyholdError({
      code: "not-found",
      message: `there is no method ${service}/${name}`,
      next: "write it like keyhold.v1.SecretService/ListSecrets",
    });
  }

  /** Through the wire format and back, so that a handler sees exactly what gRPC would have given it. */
  #read(method: grpc.MethodDefinition<unknown, unknown>, body: string): unknown {
    const json = parse(body);
    const message = this.#json.read(typeOf(method, "requestType"), json);
    return method.requestDeserialize(method.requestSerialize(message));
  }

  #write(method: grpc.MethodDefinition<unknown, unknown>, response: object): object {
    const message = method.responseDeserialize(method.responseSerialize(response));
    return this.#json.write(typeOf(method, "responseType"), message as Record<string, unknown>);
  }
}

function typeOf(method: object, which: "requestType" | "responseType") {
  return (method as Record<typeof which, { type: Parameters<ProtoJson["read"]>[0] }>)[which].type;
}

function parse(body: string): unknown {
  if (body.trim() === "") return {};
  try {
    return JSON.parse(body);
  } catch (thrown) {
    // V8 quotes the text around the mistake, which may be a value.
    const position = /position \d+/.exec(messageOf(thrown))?.[0] ?? "its end";
    throw new KeyholdError({
      code: "invalid",
      field: "body",
      message: `the body is not JSON: see ${position}`,
    });
  }
}
