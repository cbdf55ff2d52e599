import { createPublicKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { certificateRequest } from "../../agent/identity/certificate-request.ts";
import type { KeyholdError } from "../../common/errors.ts";
import { formatJoinToken, parseJoinToken } from "../../common/join-token.ts";
import { FAILURES } from "../../controlplane/identity/rate-limit.ts";
import { World } from "../integration/api/world.ts";

const ORG = "organizations/acme";

function requestFor(options: { modulusLength: number; publicExponent?: number }): string {
  const { privateKey } = generateKeyPairSync("rsa", options);
  const publicKey = createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString();
  return certificateRequest(privateKey, publicKey, "mallory");
}

let world: World;
let token: string;
beforeAll(async () => {
  world = await World.start();
  await world.populate({});
  const made = await world.call<{ joinToken: string }>(world.owner, "NodeService/CreateJoinToken", {
    parent: ORG,
  });
  token = made.joinToken;
});
afterAll(() => world[Symbol.asyncDispose]());

const enroll = (joinToken: string, request: string) =>
  world
    .call(undefined, "AgentService/Enroll", { joinToken, hostName: "h", certificateRequest: request })
    .then(() => "ok")
    .catch((thrown: KeyholdError) => `${thrown.code}: ${thrown.message}`);

describe("an outsider who keeps the server busy with enrollments", () => {
  it("shows a key whose signature takes long to check, also with a token that is good", async () => {
    expect(await enroll(token, requestFor({ modulusLength: 2048, publicExponent: 3 }))).toMatch(
      /^invalid: .*exponent of its RSA key is not 65537/,
    );
    expect(await enroll(token, requestFor({ modulusLength: 4160 }))).toMatch(
      /^invalid: .*4160 bits, 2048 to 4096/,
    );
    expect(await enroll(token, "x".repeat(9000))).toMatch(/^invalid: .*longer than 8192 characters/);
  });

  it("invents a join token of this server: the certificate request is not even looked at", async () => {
    const invented = formatJoinToken({ ...parseJoinToken(token), random: randomBytes(32) });
    expect(await enroll(invented, "no certificate request")).toMatch(
      /^unauthenticated: the join token is unknown/,
    );
  });

  it("sends nonsense: after ten attempts its address has to wait", async () => {
    const answers: string[] = [];
    for (let attempt = 0; attempt < FAILURES.burst; attempt += 1)
      answers.push(await enroll("nonsense", "nonsense"));
    expect(answers.at(-1)).toMatch(/^exhausted: too many failed sign-ins/);
  });
});
