import type { PeerCertificate } from "node:tls";
import { describe, expect, it } from "vitest";
import type { KeyholdError } from "../../../common/errors.ts";
import type { NodeRecord, TokenRecord } from "../../../controlplane/directory/records.ts";
import { Authenticator } from "../../../controlplane/identity/authenticate.ts";
import { newToken } from "../../../controlplane/identity/token.ts";

const DAY = 86_400_000;
const CREATED = Date.UTC(2026, 0, 10);
const NODE: NodeRecord = {
  name: "organizations/acme/nodes/build-1",
  id: "build-1",
  uid: "u",
  createTime: CREATED,
  creator: "",
  etag: "e",
  organization: "acme",
  projects: [],
  publicKey: "",
  certificateSerial: "4a",
  certificateExpireTime: CREATED + DAY,
  lastContactTime: undefined,
  agentVersion: "",
  containers: 0,
  revokeTime: undefined,
  stream: undefined,
};

function certificate(issued: number, serial = "4A", name = NODE.name): PeerCertificate {
  return {
    subjectaltname: `URI:keyhold://${name}`,
    serialNumber: serial,
    valid_from: new Date(issued - 60_000).toUTCString(),
  } as PeerCertificate;
}

function asking(node: NodeRecord | undefined, shown: PeerCertificate) {
  const authenticator = new Authenticator({
    tokens: { findByHash: async () => undefined, touch: async () => undefined },
    nodes: { find: async () => node },
  });
  const credentials = { authorization: undefined, certificate: shown };
  return authenticator.authenticate(credentials).then(
    (caller) => caller.principal,
    (refused: KeyholdError) => `${refused.code}: ${refused.message}`,
  );
}

describe("a node's certificate", () => {
  it("is good while the node is, the newest one and those before it", async () => {
    expect(await asking(NODE, certificate(CREATED))).toBe(NODE.name);
    expect(await asking(NODE, certificate(CREATED + DAY / 2, "4B"))).toBe(NODE.name);
  });

  it("is not good for a node that is revoked or was never there", async () => {
    const revoked = { ...NODE, revokeTime: CREATED + 1 };
    expect(await asking(revoked, certificate(CREATED))).toContain("denied: node build-1 of acme is revoked");
    expect(await asking(undefined, certificate(CREATED))).toContain(
      "unauthenticated: node build-1 is unknown",
    );
  });

  it("of a revoked node does not become good when another node takes its name", async () => {
    const old = certificate(CREATED - DAY / 2, "4B");
    expect(await asking(NODE, old)).toContain("unauthenticated: the certificate is of an earlier node");
  });
});

describe("a token", () => {
  const { secret, hash } = newToken();
  const record: TokenRecord = {
    name: "organizations/acme/tokens/1",
    id: "1",
    organization: "acme",
    principal: "organizations/acme/serviceAccounts/ci",
    displayName: "",
    prefix: "kh_",
    scopes: ["organizations/acme"],
    createTime: 0,
    creator: "",
    expireTime: undefined,
    lastUseTime: undefined,
    revokeTime: undefined,
    parent: undefined,
  };

  it("says who calls and is marked as used; one that is refused is not", async () => {
    const touched: string[] = [];
    const authenticator = new Authenticator({
      tokens: {
        findByHash: async (asked) => (asked === hash ? record : undefined),
        touch: async (id) => {
          touched.push(id);
        },
      },
      nodes: { find: async () => undefined },
    });
    const ask = (header: string) =>
      authenticator.authenticate({ authorization: header, certificate: undefined });
    expect(await ask(`bearer ${secret}`)).toMatchObject({
      kind: "service-account",
      principal: record.principal,
      token: { scopes: record.scopes },
    });
    await expect(ask(`Bearer ${newToken().secret}`)).rejects.toThrow("unknown to this server");
    await expect(ask(`Basic ${secret}`)).rejects.toThrow("not `Bearer");
    expect(touched).toEqual(["1"]);
  });
});
