import { join } from "node:path";
import { type ServerDuplexStream, type ServiceDefinition, status } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import type { Descriptors } from "./descriptors.ts";

const PROTO_DIRECTORY = join(import.meta.dirname, "../../../proto");
const SERVICES = ["grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"] as const;

/** One of the optional fields is set: proto-loader names it in `messageRequest`. */
export interface ReflectionRequest {
  readonly host?: string;
  readonly messageRequest?: string;
  readonly fileByFilename?: string;
  readonly fileContainingSymbol?: string;
  readonly fileContainingExtension?: { readonly containingType: string; readonly extensionNumber: number };
  readonly allExtensionNumbersOfType?: string;
  readonly listServices?: string;
}

export interface ReflectionResponse {
  readonly validHost: string;
  readonly originalRequest: ReflectionRequest;
  readonly fileDescriptorResponse?: { readonly fileDescriptorProto: readonly Uint8Array[] };
  readonly allExtensionNumbersResponse?: {
    readonly baseTypeName: string;
    readonly extensionNumber: readonly number[];
  };
  readonly listServicesResponse?: { readonly service: readonly { readonly name: string }[] };
  readonly errorResponse?: { readonly errorCode: number; readonly errorMessage: string };
}

type Answer = Omit<ReflectionResponse, "validHost" | "originalRequest">;
type Handler = (call: ServerDuplexStream<ReflectionRequest, ReflectionResponse>) => void;

export interface ReflectionService {
  readonly definition: ServiceDefinition;
  readonly implementation: { readonly ServerReflectionInfo: Handler };
}

/**
 * Server reflection in both versions that clients ask for: v1, and v1alpha of older ones.
 *
 * @param services full names of the services of the port, to be listed beside reflection itself
 */
export function reflectionServices(
  descriptors: Descriptors,
  services: Iterable<string>,
): ReflectionService[] {
  const files = ["grpc/reflection/v1/reflection.proto", "grpc/reflection/v1alpha/reflection.proto"];
  const definitions = loadSync(files, { includeDirs: [PROTO_DIRECTORY], defaults: false, oneofs: true });
  const listed = [...services, ...SERVICES].sort();
  const ServerReflectionInfo = handler((request) => answerTo(request, descriptors, listed));
  return SERVICES.map((name) => ({
    definition: definitions[name] as ServiceDefinition,
    implementation: { ServerReflectionInfo },
  }));
}

/** A client that asks without reading the answers is not read further: the server holds a few answers for each stream. */
function handler(answer: (request: ReflectionRequest) => Answer): Handler {
  return (call) => {
    call.on("data", (request: ReflectionRequest) => {
      const response = { validHost: request.host ?? "", originalRequest: request, ...answer(request) };
      if (call.write(response)) return;
      call.pause();
      call.once("drain", () => call.resume());
    });
    call.on("end", () => call.end());
    // The client went away, or sent what cannot be decoded; grpc-js has told it.
    call.on("error", () => undefined);
  };
}

/** @returns the one field of the response that answers the request; what is unknown is an error response, the stream goes on */
function answerTo(
  request: ReflectionRequest,
  descriptors: Pick<Descriptors, "byFileName" | "bySymbol">,
  services: readonly string[],
): Answer {
  switch (request.messageRequest) {
    case "listServices":
      return { listServicesResponse: { service: services.map((name) => ({ name })) } };
    case "fileByFilename": {
      const name = request.fileByFilename ?? "";
      return files(descriptors.byFileName(name), `the file ${name}`);
    }
    case "fileContainingSymbol": {
      const symbol = request.fileContainingSymbol ?? "";
      return files(descriptors.bySymbol(symbol), `the symbol ${symbol}`);
    }
    case "allExtensionNumbersOfType": {
      const baseTypeName = request.allExtensionNumbersOfType ?? "";
      if (descriptors.bySymbol(baseTypeName) === undefined) return notFound(`the type ${baseTypeName}`);
      return { allExtensionNumbersResponse: { baseTypeName, extensionNumber: [] } };
    }
    case "fileContainingExtension":
      return failure(status.NOT_FOUND, "the API of this server has no extensions");
    default:
      return failure(
        status.INVALID_ARGUMENT,
        "the request asks for nothing; set one field of message_request",
      );
  }
}

function files(found: readonly Uint8Array[] | undefined, what: string): Answer {
  return found === undefined ? notFound(what) : { fileDescriptorResponse: { fileDescriptorProto: found } };
}

function notFound(what: string): Answer {
  return failure(status.NOT_FOUND, `${what} is not part of the API of this server`);
}

function failure(errorCode: number, errorMessage: string): Answer {
  return { errorResponse: { errorCode, errorMessage } };
}
