import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Client, type ClientDuplexStream, loadPackageDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import descriptor, { type IFileDescriptorProto } from "protobufjs/ext/descriptor/index.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serverOnly } from "../../../common/grpc/channel.ts";
import type { ReflectionRequest, ReflectionResponse } from "../../../controlplane/api/edge/reflection.ts";
import { World } from "./world.ts";

const ROOT = join(import.meta.dirname, "../../..");
const run = promisify(execFile);

let world: World;
beforeAll(async () => {
  world = await World.start();
});
afterAll(() => world[Symbol.asyncDispose]());

describe.skipIf(!hasBuf())(
  "buf, a client that links what reflection serves (needs buf for this platform)",
  () => {
    it("lists the services of the API port", async () => {
      const services = (await buf("--list-services")).split("\n");
      for (const name of [
        "Organization",
        "Project",
        "User",
        "Workspace",
        "Secret",
        "Token",
        "Node",
        "Rollout",
        "Audit",
      ])
        expect(services).toContain(`keyhold.v1.${name}Service`);
      expect(services).toContain("grpc.health.v1.Health");
      expect(services).toContain("grpc.reflection.v1.ServerReflection");
    });

    it("lists the methods of every service", async () => {
      const methods = (await buf("--list-methods")).split("\n");
      expect(methods).toContain("keyhold.v1.SecretService/ListSecrets");
      expect(methods).toContain("keyhold.v1.RolloutService/WaitRollout");
      expect(methods).toContain("grpc.health.v1.Health/Check");
    });

    it.each(["grpc-v1", "grpc-v1alpha"])(
      "calls a method with a token over %s and reads data",
      async (protocol) => {
        const organizationId = protocol.replace("-", ".");
        await world.call(world.owner, "OrganizationService/CreateOrganization", { organizationId });
        const answer = await buf(
          ["--reflect-protocol", protocol],
          ["--header", `authorization: Bearer ${world.owner}`],
          ["--data", JSON.stringify({ name: `organizations/${organizationId}` })],
          "/keyhold.v1.OrganizationService/GetOrganization",
        );
        const { name, createTime } = JSON.parse(answer) as Record<string, string>;
        expect(name).toBe(`organizations/${organizationId}`);
        expect(Date.parse(createTime ?? "")).toBeGreaterThan(0);
      },
    );

    it("reads the next step in the details of an error", async () => {
      const failure = await buf("--data", "{}", "/keyhold.v1.SecretService/ListSecrets").catch(
        (thrown: { stderr: string }) => thrown.stderr,
      );
      expect(failure).toContain("unauthenticated");
      expect(failure).toContain("google.rpc.ErrorInfo");
    });
  },
);

describe.each(["v1", "v1alpha"] as const)("gRPC reflection %s", (version) => {
  it("serves a file under its real name, with what it imports and names in snake_case", async () => {
    const [answer] = await ask(version, [{ fileContainingSymbol: "keyhold.v1.SecretService" }]);
    const files = decoded(answer);
    expect(files[0]).toMatchObject({ name: "keyhold/v1/secret_service.proto" });
    expect(files[0]?.options?.goPackage).toBe("keyhold/v1;keyholdv1");
    const imports = ["google/protobuf/field_mask.proto", "google/protobuf/timestamp.proto"];
    expect(files[0]?.dependency).toEqual(imports);
    expect(files.slice(1).map(({ name }) => name)).toEqual(imports);
    const secret = files[0]?.messageType?.find(({ name }) => name === "Secret");
    expect(secret?.field?.map(({ name }) => name)).toContain("create_time");
  });

  it("finds methods, messages, enums and what is nested in a message", async () => {
    const symbols = [
      "keyhold.v1.SecretService.ListSecrets",
      "keyhold.v1.Secret",
      "keyhold.v1.SecretKind",
      "google.rpc.ErrorInfo.MetadataEntry",
      "grpc.health.v1.HealthCheckResponse.ServingStatus",
    ];
    const answers = await ask(
      version,
      symbols.map((fileContainingSymbol) => ({ fileContainingSymbol })),
    );
    expect(answers.map((answer) => decoded(answer)[0]?.name)).toEqual([
      "keyhold/v1/secret_service.proto",
      "keyhold/v1/secret_service.proto",
      "keyhold/v1/secret_service.proto",
      "google/rpc/error_details.proto",
      "grpc/health/v1/health.proto",
    ]);
  });

  it("answers what is unknown with NOT_FOUND, and the stream goes on", async () => {
    const answers = await ask(version, [
      { fileContainingSymbol: "keyhold.v1.Nothing" },
      { fileByFilename: "keyhold_v1.proto" },
      { allExtensionNumbersOfType: "keyhold.v1.Nothing" },
      { fileContainingExtension: { containingType: "keyhold.v1.Secret", extensionNumber: 1 } },
      { host: "elsewhere" },
      { host: "here", fileByFilename: "google/rpc/status.proto" },
    ]);
    const codes = answers.map(({ errorResponse }) => errorResponse?.errorCode);
    expect(codes).toEqual([5, 5, 5, 5, 3, undefined]);
    expect(answers[0]?.errorResponse?.errorMessage).toContain("keyhold.v1.Nothing");
    expect(answers[5]).toMatchObject({ validHost: "here", originalRequest: { host: "here" } });
    expect(decoded(answers[5])[0]?.name).toBe("google/rpc/status.proto");
  });

  it("answers a client that asks a thousand times before it reads", async () => {
    const requests = Array.from({ length: 1000 }, () => ({ fileContainingSymbol: "keyhold.v1.Secret" }));
    const answers = await ask(version, requests);
    expect(answers).toHaveLength(1000);
    expect(answers.every(({ fileDescriptorResponse }) => fileDescriptorResponse !== undefined)).toBe(true);
  });
});

function hasBuf(): boolean {
  try {
    const { resolve } = createRequire(createRequire(import.meta.url).resolve("@bufbuild/buf/package.json"));
    return resolve(`@bufbuild/buf-${process.platform}-${buildName()}/bin/buf`) !== "";
  } catch {
    return false;
  }
}

function buildName(): string {
  return process.platform === "linux" && process.arch === "arm64" ? "aarch64" : process.arch;
}

/** `buf curl` against the API port. @param args the last may be the path of a method */
async function buf(...args: (string | readonly string[])[]): Promise<string> {
  const last = args.at(-1);
  const path = typeof last === "string" && last.startsWith("/") ? last : "";
  const flags = (path === "" ? args : args.slice(0, -1)).flat();
  const connection = ["--protocol", "grpc", "--cacert", world.server.caFile];
  const url = `https://${world.server.apiAddress}${path}`;
  const { stdout } = await run(join(ROOT, "node_modules/.bin/buf"), ["curl", ...connection, ...flags, url], {
    cwd: world.directory,
    timeout: 60_000,
  });
  return stdout.trim();
}

function decoded(answer: ReflectionResponse | undefined): IFileDescriptorProto[] {
  const files = answer?.fileDescriptorResponse?.fileDescriptorProto ?? [];
  return files.map((bytes) => descriptor.FileDescriptorProto.decode(bytes) as IFileDescriptorProto);
}

type Stream = ClientDuplexStream<ReflectionRequest, ReflectionResponse>;
type Reflection = new (
  ...args: ConstructorParameters<typeof Client>
) => Client & { ServerReflectionInfo(): Stream };

/** Sends all requests, then reads. @returns one answer for each request, in order */
async function ask(
  version: "v1" | "v1alpha",
  requests: readonly ReflectionRequest[],
): Promise<ReflectionResponse[]> {
  const file = `grpc/reflection/${version}/reflection.proto`;
  const definition = loadSync(file, { oneofs: true, includeDirs: [join(ROOT, "proto")] });
  const root = loadPackageDefinition(definition) as unknown as {
    grpc: { reflection: Record<string, { ServerReflection: Reflection }> };
  };
  const Reflection = root.grpc.reflection[version]?.ServerReflection as Reflection;
  const { apiAddress } = world.server;
  const channel = serverOnly(apiAddress, world.ca);
  const client = new Reflection(apiAddress, channel.credentials, channel.options);
  try {
    const stream = client.ServerReflectionInfo();
    for (const request of requests) stream.write(request);
    stream.end();
    return await stream.toArray();
  } finally {
    client.close();
  }
}
