import { describe, expect, it } from "vitest";
import { loadDefinition } from "../../../common/grpc/protos.ts";
import { ProtoJson } from "../../../controlplane/http/proto-json.ts";
import { durationFrom, timestampFrom, timestampText } from "../../../controlplane/http/well-known.ts";

const definition = loadDefinition();
const json = new ProtoJson(definition);
const typeOf = (name: string) =>
  (definition[`keyhold.v1.${name}`] as { type: Parameters<ProtoJson["read"]>[0] }).type;

describe("proto3 JSON", () => {
  it("is read into what the wire format takes, in both spellings of a field's name", () => {
    const read = json.read(typeOf("CreateTokenRequest"), {
      principal: "users/owner",
      token: { display_name: "a", scopes: ["x"], expireTime: "2026-01-31T12:00:00.5Z" },
    });
    expect(read).toEqual({
      principal: "users/owner",
      token: { displayName: "a", scopes: ["x"], expireTime: { seconds: 1769860800, nanos: 5e8 } },
    });
  });

  it("names the field that is wrong, by its path", () => {
    const type = typeOf("CreateSecretRequest");
    for (const [body, message] of [
      [{ secret: { value: "%%%" } }, "secret.value has to be base64"],
      [{ secret: { mode: "many" } }, "secret.mode has to be a whole number"],
      [{ secret: { only: "x" } }, "secret.only has to be a list"],
      [{ secret: { only: [1] } }, "secret.only[0] has to be a string"],
      [{ secret: [] }, "secret has to be an object"],
      [{ secret: { nope: 1 } }, "secret.nope is not a field"],
      [[], "body has to be an object"],
    ] as const) {
      expect(() => json.read(type, body)).toThrow(message);
    }
  });

  it("leaves out what has its default, and keeps an optional 0 apart from none", () => {
    const secret = {
      name: "n",
      value: Buffer.alloc(0),
      version: 3,
      warnings: [],
      only: ["a"],
      mode: undefined,
    };
    expect(json.write(typeOf("Secret"), secret)).toEqual({ name: "n", version: "3", only: ["a"] });
    expect(json.write(typeOf("Secret"), { ...secret, ownerUid: 0, _ownerUid: "ownerUid" })).toMatchObject({
      ownerUid: 0,
    });
  });

  it("takes messages that are declared inside another", () => {
    const written = json.write(typeOf("ExplainWorkloadResponse"), {
      entries: [{ secretId: "A", candidates: [{ secret: "s", wins: true, version: 1 }] }],
    });
    expect(written).toEqual({
      entries: [{ secretId: "A", candidates: [{ secret: "s", wins: true, version: "1" }] }],
    });
  });
});

describe("times", () => {
  it("go there and back, also before 1970", () => {
    for (const text of ["2026-01-31T12:00:00.500Z", "1969-12-31T23:59:59.250Z"]) {
      expect(timestampText(timestampFrom(text, "t"))).toBe(text);
    }
    expect(() => timestampFrom("tomorrow", "t")).toThrow("t has to be a time");
    expect(() => timestampFrom("2026-01-31", "t")).toThrow("t has to be a time");
  });

  it("that last are seconds with an s", () => {
    expect(durationFrom("1.5s", "ttl")).toEqual({ seconds: 1, nanos: 5e8 });
    expect(() => durationFrom("10m", "ttl")).toThrow("ttl has to be a number of seconds");
  });
});
