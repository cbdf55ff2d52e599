import { readFile } from "node:fs/promises";
import { join } from "node:path";
import protobuf from "protobufjs";
import descriptor, {
  type IDescriptorProto,
  type IEnumDescriptorProto,
  type IFileDescriptorProto,
} from "protobufjs/ext/descriptor/index.js";

/** What `npm run generate` compiles from the proto files: a google.protobuf.FileDescriptorSet with all imports. */
const DESCRIPTOR_SET = join(import.meta.dirname, "../../../proto/keyhold.binpb");
/** The tag of `repeated FileDescriptorProto file = 1` in a FileDescriptorSet. */
const FILE_TAG = 0x0a;

interface DescriptorFile {
  /** As the compiler wrote the FileDescriptorProto: decoding and encoding again could lose what protobufjs does not know. */
  readonly bytes: Uint8Array;
  readonly imports: readonly string[];
}

/** The compiled proto files, by file name and by the full name of each symbol. */
export class Descriptors {
  readonly #files = new Map<string, DescriptorFile>();
  readonly #fileOfSymbol = new Map<string, string>();

  /** @param set an encoded google.protobuf.FileDescriptorSet; throws a RangeError if the set is cut short */
  constructor(set: Uint8Array) {
    for (const bytes of filesIn(set)) {
      const file = descriptor.FileDescriptorProto.decode(bytes) as IFileDescriptorProto;
      const name = file.name ?? "";
      this.#files.set(name, { bytes, imports: (file.dependency ?? []) as string[] });
      for (const symbol of symbolsOf(file)) this.#fileOfSymbol.set(symbol, name);
    }
  }

  /** @returns encoded FileDescriptorProtos: the file, then everything that it imports; undefined if the name is unknown */
  byFileName(name: string): Uint8Array[] | undefined {
    if (!this.#files.has(name)) return undefined;
    // A Set that grows while the loop runs: each file is visited once.
    const names = new Set([name]);
    const found: Uint8Array[] = [];
    for (const next of names) {
      const file = this.#files.get(next);
      if (file === undefined) continue;
      found.push(file.bytes);
      for (const imported of file.imports) names.add(imported);
    }
    return found;
  }

  /** @param symbol full name of a service, method, message, field, enum or enum value, like `keyhold.v1.Secret` */
  bySymbol(symbol: string): Uint8Array[] | undefined {
    const name = this.#fileOfSymbol.get(symbol);
    return name === undefined ? undefined : this.byFileName(name);
  }
}

/** Reads the descriptor set of this release from disk. */
export async function loadDescriptors(): Promise<Descriptors> {
  return new Descriptors(await readFile(DESCRIPTOR_SET));
}

function* filesIn(set: Uint8Array): Generator<Uint8Array> {
  const reader = protobuf.Reader.create(set);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag === FILE_TAG) yield reader.bytes();
    else reader.skipType(tag & 7);
  }
}

function* symbolsOf(file: IFileDescriptorProto): Generator<string> {
  const scope = file.package ? `${file.package}.` : "";
  for (const message of file.messageType ?? []) yield* symbolsOfMessage(message, scope);
  for (const each of file.enumType ?? []) yield* symbolsOfEnum(each, scope);
  for (const service of file.service ?? []) {
    yield `${scope}${service.name}`;
    for (const method of service.method ?? []) yield `${scope}${service.name}.${method.name}`;
  }
}

function* symbolsOfMessage(message: IDescriptorProto, scope: string): Generator<string> {
  const name = `${scope}${message.name}`;
  yield name;
  for (const field of message.field ?? []) yield `${name}.${field.name}`;
  for (const nested of message.nestedType ?? []) yield* symbolsOfMessage(nested, `${name}.`);
  for (const each of message.enumType ?? []) yield* symbolsOfEnum(each, `${name}.`);
}

/** The values of an enum are names of the scope around it, as in C++. */
function* symbolsOfEnum(each: IEnumDescriptorProto, scope: string): Generator<string> {
  yield `${scope}${each.name}`;
  for (const value of each.value ?? []) yield `${scope}${value.name}`;
}
