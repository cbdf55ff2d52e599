import { describe, expect, it } from "vitest";
import { readMessage, readState } from "../../../agent/session/messages.ts";
import { loadDefinition } from "../../../common/grpc/protos.ts";
import { SecretValue } from "../../../common/secret-value.ts";
import { kindsInHello, withoutUnknownKinds } from "../../../controlplane/stream/capabilities.ts";
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

  it("is taken without a secret of a kind that is not known, which is named", () => {
    const secrets = [
      { id: "K", kind: "SECRET_KIND_OPAQUE", value: Buffer.from("x") },
      { id: "N", kind: 99, value: Buffer.from("x") },
      { id: "A", kind: "SECRET_KIND_ENV", value: Buffer.from("a") },
    ];
    const omitted = [{ id: "T", kind: 98 }];
    const state = through({ target: T, bundle: { target: T, secrets, omitted } });
    expect(state).toMatchObject({
      kind: "bundle",
      bundle: {
        secrets: [{ id: "A", kind: "env" }],
        omitted: [
          { id: "T", kind: "98" },
          { id: "K", kind: "SECRET_KIND_OPAQUE" },
          { id: "N", kind: "99" },
        ],
      },
    });
  });

  it("leaves out what the agent's hello does not name, and an agent of release 0.1 says nothing", () => {
    const secrets = [
      { ...common, id: "A", secret: "s", kind: "env" as const },
      { ...common, id: "F", secret: "s", kind: "file" as const, path: "/f" },
    ];
    const state = { target: T, bundle: writeBundle({ target: T, revision: 9, digest: "d", secrets }) };
    const few = withoutUnknownKinds(state, kindsInHello(["SECRET_KIND_ENV", "SECRET_KIND_OF_TOMORROW"]));
    expect(few.bundle?.secrets).toMatchObject([{ id: "A" }]);
    expect(few.bundle?.omitted).toEqual([{ id: "F", kind: "SECRET_KIND_FILE" }]);
    expect(withoutUnknownKinds(state, kindsInHello([]))).toEqual(state);
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
