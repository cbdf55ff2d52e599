import { Metadata, type ServiceError, type StatusObject, status } from "@grpc/grpc-js";
import type { MessageTypeDefinition, PackageDefinition } from "@grpc/proto-loader";
import { ERROR_CODES, type ErrorCode, KeyholdError, messageOf } from "../errors.ts";
import { explainFailure } from "./wrong-port.ts";

/** Where google.rpc.Status travels, as every gRPC library expects it. */
const DETAILS_KEY = "grpc-status-details-bin";
const ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo";
const RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";
const BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest";

const STATUS_OF: Record<ErrorCode, status> = {
  invalid: status.INVALID_ARGUMENT,
  unauthenticated: status.UNAUTHENTICATED,
  denied: status.PERMISSION_DENIED,
  "not-found": status.NOT_FOUND,
  exists: status.ALREADY_EXISTS,
  conflict: status.ABORTED,
  precondition: status.FAILED_PRECONDITION,
  exhausted: status.RESOURCE_EXHAUSTED,
  unavailable: status.UNAVAILABLE,
  timeout: status.DEADLINE_EXCEEDED,
  cancelled: status.CANCELLED,
  unimplemented: status.UNIMPLEMENTED,
  failed: status.INTERNAL,
};

const CODE_OF = new Map<status, ErrorCode>(ERROR_CODES.map((code) => [STATUS_OF[code], code]));

interface AnyMessage {
  readonly type_url: string;
  readonly value: Buffer;
}

interface Codec<T> {
  encode(value: T): Buffer;
  decode(bytes: Buffer): T;
}

interface RpcStatus {
  code: number;
  message: string;
  details: AnyMessage[];
}
interface ErrorInfo {
  reason: string;
  domain: string;
  metadata: Record<string, string>;
}
interface BadRequest {
  fieldViolations: { field: string; description: string }[];
}

/** Translates between {@link KeyholdError} and what crosses the wire, in both directions, in this one place. */
export class StatusCodec {
  readonly #status: Codec<RpcStatus>;
  readonly #info: Codec<ErrorInfo>;
  readonly #retry: Codec<{ retryDelay: { seconds: number; nanos: number } }>;
  readonly #badRequest: Codec<BadRequest>;

  constructor(definition: PackageDefinition) {
    this.#status = codec(definition, "google.rpc.Status");
    this.#info = codec(definition, "google.rpc.ErrorInfo");
    this.#retry = codec(definition, "google.rpc.RetryInfo");
    this.#badRequest = codec(definition, "google.rpc.BadRequest");
  }

  /** For a server: the cause stays behind, and so does the message of anything that is not a KeyholdError. */
  toStatus(thrown: unknown): StatusObject {
    const error =
      thrown instanceof KeyholdError
        ? thrown
        : new KeyholdError({
            code: "failed",
            message: "internal error",
            next: "see the server's log for this request",
          });
    const code = STATUS_OF[error.code];
    const details = error.describe();
    const metadata = new Metadata();
    metadata.set(
      DETAILS_KEY,
      this.#status.encode({ code, message: details, details: this.#detailsOf(error) }),
    );
    return { code, details, metadata };
  }

  #detailsOf(error: KeyholdError): AnyMessage[] {
    const reason = error.code.toUpperCase().replaceAll("-", "_");
    const next: Record<string, string> = error.next === undefined ? {} : { next: error.next };
    const info = this.#info.encode({
      reason,
      domain: "keyhold",
      metadata: { message: error.message, ...next },
    });
    const details: AnyMessage[] = [{ type_url: ERROR_INFO, value: info }];
    if (error.retryable || error.retryAfter !== undefined) {
      const seconds = Math.ceil((error.retryAfter ?? 1000) / 1000);
      details.push({
        type_url: RETRY_INFO,
        value: this.#retry.encode({ retryDelay: { seconds, nanos: 0 } }),
      });
    }
    if (error.field !== undefined) {
      const violation = { field: error.field, description: error.message };
      details.push({
        type_url: BAD_REQUEST,
        value: this.#badRequest.encode({ fieldViolations: [violation] }),
      });
    }
    return details;
  }

  /**
   * For a client: the error the server threw, or one that names the server where the call did not get that far.
   * @param peer `host:port` of the server, for the message
   */
  fromServiceError(thrown: unknown, peer: string): KeyholdError {
    if (thrown instanceof KeyholdError) return thrown;
    if (!isServiceError(thrown)) return KeyholdError.from(thrown, `calling ${peer}`);
    const details = this.#receivedWith(thrown);
    const info = details.find((detail) => detail.type_url === ERROR_INFO);
    const code = CODE_OF.get(thrown.code) ?? "failed";
    if (info !== undefined) {
      const { metadata } = this.#info.decode(Buffer.from(info.value));
      const message = metadata.message ?? thrown.details;
      const retryable = details.some((detail) => detail.type_url === RETRY_INFO);
      return new KeyholdError({ code, message, next: metadata.next, retryable, cause: thrown });
    }
    return new KeyholdError({ code, ...withoutDetails(code, thrown, peer), cause: thrown });
  }

  #receivedWith(error: ServiceError): readonly AnyMessage[] {
    const [bytes] = error.metadata?.get(DETAILS_KEY) ?? [];
    return Buffer.isBuffer(bytes) ? this.#status.decode(bytes).details : [];
  }
}

/** Errors that grpc-js or the network made, not our server. */
function withoutDetails(
  code: ErrorCode,
  error: ServiceError,
  peer: string,
): { message: string; next?: string } {
  const reason = withoutFrills(error.details);
  const explained = code === "unavailable" ? explainFailure(reason) : undefined;
  if (explained !== undefined)
    return {
      message: `cannot reach the control plane at ${peer}: ${explained.reason}`,
      next: explained.next,
    };
  if (/certificate|self.signed|CERT_|ERR_TLS|altnames|unable to verify/i.test(reason)) {
    const next = "check the CA file (--ca-file, KEYHOLD_CA_FILE): it must be the server's DIR/ca.crt";
    return { message: `the certificate of ${peer} is not accepted: ${reason}`, next };
  }
  if (code === "unavailable") {
    const next = "check that `keyhold server start` is running there and that the address is right";
    return { message: `cannot reach the control plane at ${peer}: ${reason}`, next };
  }
  if (code === "timeout") return { message: `${peer} did not answer in time: ${reason}` };
  return { message: `${peer}: ${reason}` };
}

/** What grpc-js puts around the words of the network. */
function withoutFrills(details: string): string {
  return details
    .replace(/^No connection established\. Last error: (?:Error: )?/, "")
    .replace(/\.? *Resolution note: *$/, "");
}

export function isServiceError(thrown: unknown): thrown is ServiceError {
  return (
    thrown instanceof Error && "code" in thrown && typeof thrown.code === "number" && "details" in thrown
  );
}

function codec<T>(definition: PackageDefinition, name: string): Codec<T> {
  const found = definition[name];
  if (found === undefined || !("serialize" in found))
    throw new Error(`message ${name} is not in the proto files`);
  const message = found as MessageTypeDefinition<object, object>;
  return {
    encode: (value) => message.serialize(value as object),
    decode: (bytes) => message.deserialize(bytes) as T,
  };
}

/** The status of anything thrown, for logs and metrics: `OK`, `NOT_FOUND`, … */
export function statusName(thrown: unknown): string {
  if (isServiceError(thrown)) return status[thrown.code] ?? "UNKNOWN";
  return (
    status[thrown instanceof KeyholdError ? STATUS_OF[thrown.code] : status.INTERNAL] ?? messageOf(thrown)
  );
}
