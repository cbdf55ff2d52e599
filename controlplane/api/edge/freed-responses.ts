import type { ServiceDefinition } from "@grpc/grpc-js";
import { freeBytes } from "../../../common/files/free-bytes.ts";

const LARGE = 1024 * 1024;

/**
 * The same service, whose large answers are given back to the system when they have been copied: grpc-js puts every message
 * into a buffer of its own, in the same turn of the event loop in which it has it serialized.
 */
export function withFreedResponses(service: ServiceDefinition): ServiceDefinition {
  const methods = Object.entries(service).map(([name, method]) => {
    const responseSerialize = (value: unknown) => {
      const bytes = method.responseSerialize(value);
      if (bytes.length >= LARGE) setImmediate(() => freeBytes(bytes));
      return bytes;
    };
    return [name, { ...method, responseSerialize }];
  });
  return Object.fromEntries(methods) as ServiceDefinition;
}
