import type { PackageDefinition } from "@grpc/proto-loader";
import { KeyholdError } from "../../common/errors.ts";
import { durationFrom, durationText, timestampFrom, timestampText } from "./well-known.ts";

interface Field {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly typeName: string;
}
interface MessageType {
  readonly field: readonly Field[];
  readonly nestedType: readonly (MessageType & { readonly name: string })[];
}
type Json = Record<string, unknown>;
/** Messages a message is declared inside of, the innermost first. */
type Around = readonly MessageType[];

/**
 * proto3 JSON, as the protocol buffers' documentation lays it down: bytes in base64, 64-bit numbers as strings, timestamps in
 * RFC 3339, field masks as `a,b`. Generic: it reads the descriptors that were loaded for gRPC.
 */
export class ProtoJson {
  readonly #definition: PackageDefinition;

  constructor(definition: PackageDefinition) {
    this.#definition = definition;
  }

  /**
   * @param type full name of the message, `keyhold.v1.Secret`
   * @returns what the message's serializer takes
   * @throws KeyholdError `invalid` that names the field
   */
  read(type: MessageType, json: unknown, path = "", around: Around = []): Json {
    if (!isObject(json)) throw wrong(path === "" ? "body" : path, "has to be an object");
    const known = new Map(
      type.field.flatMap((field) => [[field.name, field] as const, [snake(field.name), field] as const]),
    );
    const message: Json = {};
    for (const [name, value] of Object.entries(json)) {
      const at = path === "" ? name : `${path}.${name}`;
      const field = known.get(name);
      if (field === undefined) throw wrong(at, "is not a field of this message");
      if (value !== null) message[field.name] = this.#readField([type, ...around], field, value, at);
    }
    return message;
  }

  #readField(types: Around, field: Field, value: unknown, at: string): unknown {
    if (field.label !== "LABEL_REPEATED") return this.#readOne(types, field, value, at);
    if (!Array.isArray(value)) throw wrong(at, "has to be a list");
    return value.map((item: unknown, index) => this.#readOne(types, field, item, `${at}[${index}]`));
  }

  #readOne(types: Around, field: Field, value: unknown, at: string): unknown {
    if (field.type !== "TYPE_MESSAGE") return readScalar(field, value, at);
    if (field.typeName === "google.protobuf.Timestamp") return timestampFrom(value, at);
    if (field.typeName === "google.protobuf.Duration") return durationFrom(value, at);
    if (field.typeName === "google.protobuf.FieldMask") return { paths: maskFrom(value, at) };
    return this.read(this.#typeOf(types, field), value, at, types);
  }

  /** The other way; fields with their default value are left out, as proto3 JSON does. */
  write(type: MessageType, message: Json, around: Around = []): Json {
    const json: Json = {};
    for (const field of type.field) {
      const value = message[field.name];
      if (value === undefined || value === null) continue;
      // Of an optional field proto-loader says that it is there, also with its default: 0 is root, none is anybody.
      if (isDefault(value) && message[`_${field.name}`] !== field.name) continue;
      const one = (item: unknown) => this.#writeOne([type, ...around], field, item);
      json[field.name] = Array.isArray(value) ? value.map(one) : one(value);
    }
    return json;
  }

  #writeOne(types: Around, field: Field, value: unknown): unknown {
    if (Buffer.isBuffer(value)) return value.toString("base64");
    if (/64$/.test(field.type)) return String(value);
    if (field.type !== "TYPE_MESSAGE") return value;
    if (field.typeName === "google.protobuf.Timestamp") return timestampText(value as never);
    if (field.typeName === "google.protobuf.Duration") return durationText(value as never);
    if (field.typeName === "google.protobuf.FieldMask")
      return (value as { paths: string[] }).paths.map(camel).join(",");
    return this.write(this.#typeOf(types, field), value as Json, types);
  }

  /** Names in the descriptors are relative to where they stand: in the message itself, around it, then in the package. */
  #typeOf(types: Around, field: Field): MessageType {
    const nested = types
      .flatMap((type) => type.nestedType)
      .find((candidate) => candidate.name === field.typeName);
    const found = this.#definition[field.typeName] ?? this.#definition[`keyhold.v1.${field.typeName}`];
    if (nested !== undefined) return nested;
    if (found === undefined || !("type" in found)) throw new Error(`message ${field.typeName} is not loaded`);
    return found.type as MessageType;
  }
}

function readScalar(field: Field, value: unknown, at: string): unknown {
  switch (field.type) {
    case "TYPE_STRING":
    case "TYPE_ENUM":
      if (typeof value !== "string") throw wrong(at, "has to be a string");
      return value;
    case "TYPE_BOOL":
      if (typeof value !== "boolean") throw wrong(at, "has to be true or false");
      return value;
    case "TYPE_BYTES":
      if (typeof value !== "string" || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(value)) {
        throw wrong(at, "has to be base64");
      }
      return Buffer.from(value, "base64");
    default:
      return wholeNumber(value, at);
  }
}

function wholeNumber(value: unknown, at: string): number {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof number !== "number" || !Number.isSafeInteger(number))
    throw wrong(at, "has to be a whole number");
  return number;
}

function maskFrom(value: unknown, at: string): string[] {
  if (typeof value !== "string") throw wrong(at, "has to be field names with commas between");
  return value === "" ? [] : value.split(",").map(snake);
}

function isDefault(value: unknown): boolean {
  if (Array.isArray(value) || Buffer.isBuffer(value)) return value.length === 0;
  return (
    value === "" ||
    value === 0 ||
    value === false ||
    (typeof value === "string" && /_UNSPECIFIED$/.test(value))
  );
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function wrong(field: string, message: string): KeyholdError {
  return new KeyholdError({ code: "invalid", field, message: `${field} ${message}` });
}
