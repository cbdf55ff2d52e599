import { describe, expect, it } from "vitest";
import { readMessage, readState } from "../../../agent/session/messages.ts";
import { loadDefinition } from "../../../common/grpc/protos.ts";
import { SecretValue } from "../../../common/secret-value.ts";
import { writeBundle } from "../../../controlplane/stream/messages.ts";
import type { TargetState__Output } from "../../../proto/gen/keyhold/v1/TargetState.ts";

const T = "organizations/acme/workspaces/ws-1";
const message = loadDefinition()["keyhold.v1.TargetState"] as unknown as {
  serialize(value: object): Buffer;
  deserialize(bytes: Buffer): TargetState__Output;
};
/** Through the wire format and back. */
const through = (value: object) => readState(message.deserialize(message.serialize(value)));

const common = { version: 3, fingerprint: "f", value: SecretValue.of(Buffer.from([0, 255, 10])) };

describe("a bundle on its way", () => {
  it("arrives as it was sent, byte for byte", () => {
    const secrets = [
      { ...common, id: "K", secret: "organizations/acme/secrets/K", kind: "env" as const },
      {
        ...common,
        id: "tls.crt",
        secret: "s",
        kind: "file" as const,
        path: "/tls.crt",
        mode: 0o440,
        ownerUid: 0,
      },
      { ...common, id: "hub", secret: "s", kind: "registry" as const, registry: "hub:5000", username: "u" },
    ];
    const state = through({
      target: T,
      bundle: writeBundle({ target: T, revision: 9, digest: "d", secrets }),
    });
    expect(state).toMatchObject({ kind: "bundle", target: T, bundle: { revision: 9, digest: "d" } });
    const [env, file, registry] = state.kind === "bundle" ? state.bundle.secrets : [];
    expect(env).toMatchObject({ id: "K", kind: "env", version: 3, fingerprint: "f" });
    expect(env?.value.bytes()).toEqual(Buffer.from([0, 255, 10]));
    // Root was said for the user; nothing was said for the group.
    expect(file).toMatchObject({ path: "/tls.crt", mode: 0o440, ownerUid: 0, ownerGid: undefined });
    expect(registry).toMatchObject({ registry: "hub:5000", username: "u" });
  });

  it("becomes a refusal, not a smaller bundle, if it holds a kind that is not known", () => {
    const secrets = [{ id: "K", kind: "SECRET_KIND_OPAQUE", value: Buffer.from("x") }];
    expect(through({ target: T, bundle: { target: T, secrets } })).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining("the secret K of kind SECRET_KIND_OPAQUE"),
      next: "update the agent on this node",
    });
  });

  it("becomes a refusal if it is neither a bundle nor a refusal", () => {
    expect(through({ target: T })).toMatchObject({ kind: "refused", target: T });
  });
});

describe("a message", () => {
  it("of a kind that is not known is passed over", () => {
    expect(readMessage({})).toBeUndefined();
  });
});
