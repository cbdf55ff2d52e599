import { createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { certificateRequest, newNodeKey } from "../../../agent/identity/certificate-request.ts";
import { type AgentIdentity, makeIdentity } from "../../../agent/identity/identity.ts";
import { type Clock, Renewer, renewalTime } from "../../../agent/identity/renew.ts";
import { KeyholdError } from "../../../common/errors.ts";
import { createLog, silentLog } from "../../../common/log.ts";
import { childName } from "../../../common/resource-name.ts";
import {
  type CertificateAuthority,
  openCertificateAuthority,
} from "../../../controlplane/identity/certificates/ca.ts";
import { publicKeyOfRequest } from "../../../controlplane/identity/certificates/certificate-request.ts";
import { issueNodeCertificate } from "../../../controlplane/identity/certificates/node-certificate.ts";

const HOUR = 3_600_000;
const NODE = { ...childName("acme", "nodes", "build-1"), uid: "u" };

/** Time that passes only by sleeping, and at once. */
class Time implements Clock {
  current = Date.now();
  readonly slept: number[] = [];
  now = () => this.current;
  async sleep(milliseconds: number) {
    this.slept.push(milliseconds);
    this.current += milliseconds;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

let directory: string;
let authority: CertificateAuthority;
let identity: AgentIdentity;
const time = new Time();
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "keyhold-renew-"));
  time.current = Date.now();
  time.slept.length = 0;
  authority = await openCertificateAuthority(directory, time.now);
  const key = await newNodeKey();
  const ca = authority.certificate;
  const certificate = new X509Certificate(issueNodeCertificate(authority, NODE, createPublicKey(key)).pem);
  const settings = { server: "127.0.0.1:7443", node: NODE.name, nodePort: 7444 };
  identity = makeIdentity(settings, { key, certificate, ca, directory });
});
afterEach(() => rm(directory, { recursive: true }));

/** What asks for a certificate with the key alone, once the old one has ended. */
const reenrol = ({ key }: AgentIdentity) => answer({ certificateRequest: requestFor(key) });
const requestFor = (key: KeyObject) => {
  const publicKey = createPublicKey(key).export({ type: "spki", format: "pem" }).toString();
  return certificateRequest(key, publicKey, "build-1");
};
const answer = async ({ certificateRequest }: { certificateRequest: string }) => {
  const issued = issueNodeCertificate(authority, NODE, publicKeyOfRequest(certificateRequest));
  return { certificate: issued.pem, caCertificate: authority.certificate, expireTime: null };
};

describe("renewal", () => {
  it.each([
    [0, 0.45],
    [0.5, 0.5],
    [1, 0.55],
  ])("is due around half of the certificate's life (random %d)", (random, share) => {
    expect(renewalTime({ notBefore: 1000, notAfter: 2000 }, random)).toBeCloseTo(1000 + 1000 * share);
  });

  it("puts a certificate for the same key on disk, hands it over, and goes on doing so", async () => {
    const renewed: AgentIdentity[] = [];
    const begin = time.current;
    const done = Promise.withResolvers<void>();
    const renewer = new Renewer({
      identity,
      directory,
      renew: answer,
      reenrol,
      renewed: (next) => {
        renewed.push(next);
        if (renewed.length === 3) done.resolve();
      },
      log: silentLog,
      clock: time,
      random: () => 0.5,
    });
    renewer.start();
    await done.promise;
    await renewer.close();
    const [first, second, third] = renewed;
    expect(first!.notBefore - begin).toBeGreaterThan(11 * HOUR);
    expect(first!.notBefore - begin).toBeLessThan(13 * HOUR);
    expect(new Set([identity, first, second, third].map((each) => each!.certificate)).size).toBe(4);
    expect(new X509Certificate(third!.certificate).checkPrivateKey(identity.key)).toBe(true);
    expect(await readFile(join(directory, "node.crt"), "utf8")).toBe(renewed.at(-1)!.certificate);
  });

  it("tries again with growing waits, and says when it has become serious", async () => {
    const lines: string[] = [];
    const log = createLog({ level: "info", name: "agent", write: (line) => lines.push(line) });
    const renewed = vi.fn();
    let left = 100;
    const asked: string[] = [];
    const tried = async (how: string, request: { certificateRequest: string }) => {
      asked.push(how);
      left -= 1;
      if (left >= 0) throw new KeyholdError({ code: "unavailable", message: "nobody there" });
      return answer(request);
    };
    const renewer = new Renewer({
      identity,
      directory,
      renew: (request) => tried("renew", request),
      reenrol: ({ key }) => tried("reenrol", { certificateRequest: requestFor(key) }),
      ...{ renewed, log, clock: time, random: () => 0 },
    });
    renewer.start();
    await vi.waitFor(() => expect(renewed).toHaveBeenCalled());
    await renewer.close();
    expect(time.slept.slice(1, 5)).toEqual([5000, 10_000, 20_000, 40_000]);
    expect(
      lines.filter((line) => line.includes("could not be renewed, trying again")).length,
    ).toBeGreaterThan(50);
    expect(
      lines.filter((line) => line.includes("has expired and could not be renewed")).length,
    ).toBeGreaterThan(5);
    // As long as the certificate is good it is shown; after its end only the key counts.
    expect(asked.indexOf("reenrol")).toBeGreaterThan(50);
    expect(asked.slice(asked.indexOf("reenrol"), 101)).not.toContain("renew");
  });

  it.each(["renew", "reenrol"])("of a revoked node (%s) ends, saying what to do", async (how) => {
    const lines: string[] = [];
    const log = createLog({ level: "info", name: "agent", write: (line) => lines.push(line) });
    const refuse = vi.fn(async () => {
      throw new KeyholdError({ code: "denied", message: "it is revoked", next: "join this host again" });
    });
    if (how === "reenrol") time.current = identity.notAfter;
    const asks = { renew: refuse, reenrol: refuse };
    const renewer = new Renewer({ identity, directory, ...asks, renewed: vi.fn(), log, clock: time });
    renewer.start();
    await vi.waitFor(() => expect(lines.join()).toContain("This node is revoked"));
    await renewer.close();
    expect(lines.join()).toContain("join this host again");
    expect(refuse).toHaveBeenCalledTimes(1);
  });

  it("does not take a certificate for another key", async () => {
    const other = await newNodeKey();
    const lines: string[] = [];
    const log = createLog({ level: "info", name: "agent", write: (line) => lines.push(line) });
    const renew = async () => {
      const issued = issueNodeCertificate(authority, NODE, createPublicKey(other));
      return { certificate: issued.pem, caCertificate: "", expireTime: null };
    };
    const renewed = vi.fn();
    const renewer = new Renewer({ identity, directory, renew, reenrol: renew, renewed, log, clock: time });
    renewer.start();
    await vi.waitFor(() => expect(lines.join()).toContain("does not belong to node.crt"));
    await renewer.close();
    expect(renewed).not.toHaveBeenCalled();
    await expect(readFile(join(directory, "node.crt"))).rejects.toThrow("ENOENT");
  });
});
