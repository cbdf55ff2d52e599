import { describe, expect, it } from "vitest";
import { KeyholdError } from "../../../common/errors.ts";
import { createLog } from "../../../common/log.ts";
import { idFromHostName } from "../../../controlplane/api/agents/agents.ts";
import { Edge, type HandledCall, type Incoming } from "../../../controlplane/api/edge/edge.ts";
import { maskedFields } from "../../../controlplane/api/edge/fields.ts";
import { type Caller, inScope } from "../../../controlplane/identity/principal.ts";

const ALICE: Caller = {
  kind: "user",
  principal: "organizations/acme/users/alice",
  organization: "acme",
  token: { name: "organizations/acme/tokens/1", scopes: [] },
};

function world(
  caller: Caller | KeyholdError = ALICE,
  more: Partial<ConstructorParameters<typeof Edge>[0]> = {},
) {
  const lines: Record<string, unknown>[] = [];
  const handled: HandledCall[] = [];
  const log = createLog({ level: "debug", name: "test", write: (line) => lines.push(JSON.parse(line)) });
  const authenticate = async () => {
    if (caller instanceof KeyholdError) throw caller;
    return caller;
  };
  const edge = new Edge({
    authenticator: { authenticate, confirm: async () => undefined },
    failures: { judge: (thrown) => thrown },
    handled: (call) => void handled.push(call),
    endsToken: [],
    accepts: ["user"],
    anonymous: ["keyhold.v1.AgentService/Enroll"],
    log,
    audit: {
      answered: (_actor, work) => work(),
      refused: async () => undefined,
      connected: async () => undefined,
    },
    ...more,
  });
  return { edge, lines, handled };
}

const incoming = (more: Partial<Incoming> = {}): Incoming => ({
  method: "keyhold.v1.SecretService/GetSecret",
  credentials: { authorization: undefined, certificate: undefined },
  address: "192.0.2.1",
  timeout: Number.POSITIVE_INFINITY,
  ...more,
});
const refusal = (call: Promise<unknown>) =>
  call.catch((thrown: KeyholdError) => `${thrown.code}: ${thrown.message}`);

describe("the edge", () => {
  it("gives the handler the caller and logs one line without the request", async () => {
    const { edge, lines } = world();
    const answer = await edge.run(incoming({ requestId: "abc" }), async (_, call) => call, {
      value: "hunter2",
    });
    expect(answer).toMatchObject({ caller: ALICE, requestId: "abc", address: "192.0.2.1" });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ principal: ALICE.principal, code: "OK", requestId: "abc" });
    expect(JSON.stringify(lines)).not.toContain("hunter2");
  });

  it("makes a request id of its own where the caller's could forge a log", async () => {
    const { edge } = world();
    for (const requestId of ["", "a b", "a\nb", "x".repeat(65)]) {
      const call = await edge.open(incoming({ requestId }));
      expect(call.requestId).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it("does not run the handler for who is not known, or not served here", async () => {
    let ran = 0;
    const handler = async () => {
      ran += 1;
    };
    const unknown = world(new KeyholdError({ code: "unauthenticated", message: "nobody" }));
    expect(await refusal(unknown.edge.run(incoming(), handler, {}))).toBe("unauthenticated: nobody");
    const node = { organization: "acme", id: "n", name: "organizations/acme/nodes/n", uid: "u" };
    const stranger = world({ kind: "node", principal: node.name, organization: "acme", node });
    expect(await refusal(stranger.edge.run(incoming(), handler, {}))).toContain("denied: a node cannot call");
    expect(ran).toBe(0);
  });

  it("asks nobody to sign in for a method whose request says who calls", async () => {
    const { edge } = world(new KeyholdError({ code: "unauthenticated", message: "nobody" }));
    const method = "keyhold.v1.AgentService/Enroll";
    const call = await edge.open(incoming({ method }));
    expect(call.caller.kind).toBe("anonymous");
  });

  it("stops waiting at the caller's deadline", async () => {
    const { edge, lines } = world();
    const forever = () => new Promise<never>(() => undefined);
    const refused = await refusal(edge.run(incoming({ timeout: 20 }), forever, {}));
    expect(refused).toContain("timeout: keyhold.v1.SecretService/GetSecret took longer than 20 ms");
    expect(lines[0]).toMatchObject({ code: "DEADLINE_EXCEEDED" });
  });

  it("gives no answer to whose token was revoked meanwhile, unless the call may have done just that", async () => {
    const revoked = new KeyholdError({ code: "unauthenticated", message: "the token is revoked" });
    let good = true;
    const confirm = async () => {
      if (!good) throw revoked;
    };
    const authenticate = async () => ALICE;
    const audited: string[] = [];
    const { edge, handled } = world(ALICE, {
      authenticator: { authenticate, confirm },
      endsToken: ["keyhold.v1.TokenService/RevokeToken"],
      audit: {
        answered: async (_actor, work) => {
          const answer = await work();
          audited.push("answered");
          return answer;
        },
        refused: async () => void audited.push("refused"),
        connected: async () => undefined,
      },
    });
    const revoke = async () => {
      good = false;
      return "done";
    };
    expect(await refusal(edge.run(incoming(), revoke, {}))).toBe("unauthenticated: the token is revoked");
    expect(audited).toEqual(["refused"]);
    good = true;
    const method = "keyhold.v1.TokenService/RevokeToken";
    expect(await edge.run(incoming({ method }), revoke, {})).toBe("done");
    expect(handled.map(({ code }) => code)).toEqual(["UNAUTHENTICATED", "OK"]);
  });

  it("judges what was shown: nothing, a token, or a request that carries its own proof", async () => {
    const judged: string[] = [];
    const failures = {
      judge: (thrown: unknown, kind: string) => {
        judged.push(kind);
        return thrown;
      },
    };
    const refused = new KeyholdError({ code: "unauthenticated", message: "no" });
    const { edge } = world(refused, { failures });
    const shown = { authorization: "Bearer kh_x", certificate: undefined };
    await refusal(edge.run(incoming(), async () => "never", {}));
    await refusal(edge.run(incoming({ credentials: shown }), async () => "never", {}));
    const enroll = incoming({ method: "keyhold.v1.AgentService/Enroll" });
    await refusal(
      edge.run(
        enroll,
        async () => {
          throw refused;
        },
        {},
      ),
    );
    expect(judged).toEqual(["none", "token", "request"]);
  });

  it("logs a defect with its stack, and a refusal without", async () => {
    const { edge, lines } = world();
    const defect = async () => {
      throw new TypeError("x is undefined");
    };
    await expect(edge.run(incoming(), defect, {})).rejects.toThrow("x is undefined");
    expect(lines[0]).toMatchObject({ level: "error", code: "INTERNAL", msg: "Call failed" });
    expect(JSON.stringify(lines[0])).toContain("edge.test");
    await refusal(edge.run(incoming(), undefined, {}));
    expect(lines[1]).toMatchObject({ level: "info", code: "UNIMPLEMENTED", msg: "Call refused" });
  });
});

describe("a token's scopes", () => {
  const scoped = (...scopes: string[]): Caller => ({ ...ALICE, token: { name: "t", scopes } }) as Caller;

  it("reach what they name and what is below, not what only starts alike", () => {
    const caller = scoped("organizations/acme/projects/web");
    expect(inScope(caller, "organizations/acme/projects/web")).toBe(true);
    expect(inScope(caller, "organizations/acme/projects/web/secrets/A")).toBe(true);
    expect(inScope(caller, "organizations/acme/projects/web2")).toBe(false);
    expect(inScope(caller, "organizations/acme")).toBe(false);
    expect(inScope(scoped(), "organizations/acme")).toBe(true);
  });
});

describe("an update mask", () => {
  it("names the fields; without one those that are set change", () => {
    const fields = { path: true, mode: false };
    expect([...maskedFields({ paths: ["mode"] }, fields)]).toEqual(["mode"]);
    expect([...maskedFields({ paths: [] }, fields)]).toEqual(["path"]);
    expect([...maskedFields(null, fields)]).toEqual(["path"]);
    expect(() => maskedFields({ paths: ["toString"] }, fields)).toThrow(
      '"toString", which cannot be changed',
    );
  });
});

describe("a node's id", () => {
  it.each([
    ["build-1", "build-1"],
    ["Build Box.Example", "build-box.example"],
    ["-_.edge", "edge"],
    ["***", "node"],
    ["", "node"],
    [`${"a".repeat(62)}-b`, "a".repeat(62)],
  ])("from host name %j is %j", (hostName, id) => {
    expect(idFromHostName(hostName)).toBe(id);
  });
});
