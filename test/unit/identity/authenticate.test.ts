import { generateKeyPairSync, type KeyObject, X509Certificate } from "node:crypto";
import type { PeerCertificate } from "node:tls";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { KeyholdError } from "../../../common/errors.ts";
import type { EnrolledNode, NodeRecord, TokenRecord } from "../../../controlplane/directory/records.ts";
import { Authenticator } from "../../../controlplane/identity/authenticate.ts";
import { buildCertificate } from "../../../controlplane/identity/certificates/x509.ts";
import { newToken } from "../../../controlplane/identity/token.ts";

const DAY = 86_400_000;
const CREATED = Date.UTC(2026, 0, 10);
interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}
const newKey = (): KeyPair => generateKeyPairSync("rsa", { modulusLength: 2048 });
const [KEY, OTHER_KEY] = [newKey(), newKey()];
const NODE: NodeRecord = {
  name: "organizations/acme/nodes/build-1",
  id: "build-1",
  uid: "u",
  createTime: CREATED,
  creator: "",
  etag: "e",
  organization: "acme",
  projects: [],
  claimAny: false,
  publicKey: KEY.publicKey.export({ type: "spki", format: "pem" }).toString(),
  requiresUid: true,
  certificateSerial: "4a",
  certificateExpireTime: CREATED + DAY,
  lastContactTime: undefined,
  agentVersion: "",
  containers: 0,
  revokeTime: undefined,
  stream: undefined,
};

/** As verified by TLS; without a uid it is one of an earlier release. */
function certificate({ uid, key = KEY, name = NODE.name }: { uid?: string; key?: KeyPair; name?: string }) {
  const query = uid === undefined ? "" : `?uid=${uid}`;
  return { subjectaltname: `URI:keyhold://${name}${query}`, raw: selfSigned(key) } as PeerCertificate;
}

/** TLS has verified who signed it, which is not asked again. */
function selfSigned({ publicKey, privateKey }: KeyPair): Buffer {
  const [notBefore, notAfter] = [new Date(CREATED), new Date(CREATED + DAY)];
  const issuer = { ownKey: privateKey };
  const { pem } = buildCertificate({
    ...{ use: "client", commonName: "x", alternativeNames: [], publicKey, notBefore, notAfter, issuer },
  });
  return new X509Certificate(pem).raw;
}

const requireUid = vi.fn(async (_node: EnrolledNode) => undefined);
beforeEach(() => void requireUid.mockClear());

function asking(node: NodeRecord | undefined, shown: PeerCertificate) {
  const authenticator = new Authenticator({
    tokens: { findByHash: async () => undefined, touch: async () => undefined },
    nodes: { find: async () => node, requireUid },
  });
  const credentials = { authorization: undefined, certificate: shown };
  return authenticator.authenticate(credentials).then(
    (caller) => (caller.kind === "node" ? `${caller.principal} ${caller.node.uid}` : caller.kind),
    (refused: KeyholdError) => `${refused.code}: ${refused.message}`,
  );
}

const GOOD = `${NODE.name} u`;
const EARLIER = "unauthenticated: the certificate is of an earlier node build-1, which is revoked";

describe("a node's certificate", () => {
  it("is good while the node is", async () => {
    expect(await asking(NODE, certificate({ uid: "u" }))).toBe(GOOD);
    expect(requireUid).not.toHaveBeenCalled();
  });

  it("is not good for a node that is revoked or was never there", async () => {
    const revoked = { ...NODE, revokeTime: CREATED + 1 };
    const shown = certificate({ uid: "u" });
    expect(await asking(revoked, shown)).toContain("denied: node build-1 of acme is revoked");
    expect(await asking(undefined, shown)).toContain("unauthenticated: node build-1 is unknown");
  });

  it("of a revoked node does not become good when another node takes its name", async () => {
    expect(await asking(NODE, certificate({ uid: "earlier" }))).toBe(EARLIER);
    expect(await asking(NODE, certificate({}))).toBe(EARLIER);
  });

  it("without a uid is good for a node of an earlier release with its key, until it shows one with its uid", async () => {
    const before = { ...NODE, requiresUid: false };
    expect(await asking(before, certificate({}))).toBe(GOOD);
    expect(await asking(before, certificate({ key: OTHER_KEY }))).toBe(EARLIER);
    expect(await asking({ ...before, revokeTime: 1 }, certificate({}))).toContain("is revoked");
    expect(requireUid).not.toHaveBeenCalled();
    expect(await asking(before, certificate({ uid: "u" }))).toBe(GOOD);
    expect(requireUid).toHaveBeenCalledTimes(1);
    expect(await asking({ ...before, requiresUid: true }, certificate({}))).toBe(EARLIER);
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
      nodes: { find: async () => undefined, requireUid },
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
