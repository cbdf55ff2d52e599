import { randomBytes } from "node:crypto";
import { type ClientHttp2Session, connect } from "node:http2";
import { setTimeout as pause } from "node:timers/promises";
import { Client, Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { serverOnly } from "../../common/grpc/channel.ts";
import { loadApi, loadDefinition } from "../../common/grpc/protos.ts";
import type { AttackKind, AttackOrder } from "./parties.ts";

const CONNECTIONS = 3000;
const UNFINISHED = 2000;
const WRONG_TOKENS = 5000;
const WAITS = 100;
const BUNDLES = 40;
const MIB = 1024 * 1024;

const outcomes = new Map<string, number>();

function count(outcome: string): void {
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
}

/** Each is an attack of docs/performance.md; it ends when its attempts are used up, or with the process. */
const ATTACKS: Readonly<Record<AttackKind, (order: AttackOrder) => Promise<void>>> = {
  async connections({ server }) {
    for (let index = 0; index < CONNECTIONS; index += 1) {
      open(server);
      await pause(2);
    }
  },

  async unfinished({ server }) {
    const body = Buffer.alloc(MIB, 0x41);
    let session = open(server);
    for (let index = 0; index < UNFINISHED; index += 1) {
      if (session.destroyed || index % 100 === 99) session = open(server);
      const stream = session.request(
        {
          ":method": "POST",
          ":path": "/keyhold.v1.SecretService/CreateSecret",
          "content-type": "application/grpc",
          te: "trailers",
        },
        { endStream: false },
      );
      stream.on("error", () => count("stream closed"));
      stream.once("response", (headers) => count(status[Number(headers["grpc-status"])] ?? "?"));
      const head = Buffer.alloc(5);
      head.writeUInt32BE(4 * MIB - 64, 1);
      stream.write(head);
      stream.write(body);
      await pause(3);
    }
  },

  async tokens({ server }) {
    await inParallel(50, WRONG_TOKENS, async () => {
      const token = `kh_${randomBytes(32).toString("base64url")}`;
      await identity(server, token).then(() => count("OK"), refused);
    });
  },

  async waits({ server, member, secret, version }) {
    const api = loadApi(loadDefinition());
    const { credentials, options } = serverOnly(server.api, Buffer.from(server.ca));
    const client = new api.RolloutService(server.api, credentials, options);
    for (let index = 0; index < WAITS; index += 1) {
      const stream = client.waitRollout({ secret, version }, bearer(member));
      stream.on("error", refused);
      stream.once("data", () => count("waits"));
    }
  },

  async bundles({ server, member, workspace }) {
    const api = loadApi(loadDefinition());
    const { credentials, options } = serverOnly(server.api, Buffer.from(server.ca));
    const client = new api.SecretService(server.api, credentials, options);
    for (let index = 0; index < BUNDLES; index += 1) {
      client.resolveWorkload({ target: workspace }, bearer(member), (failure) =>
        failure === null ? count("OK") : refused(failure),
      );
    }
  },
};

function open({ api, ca }: AttackOrder["server"]): ClientHttp2Session {
  const session = connect(`https://${api}`, { ca, maxSessionMemory: 1000 });
  session.on("error", () => count("connection refused"));
  session.once("close", () => count("connection closed"));
  session.once("remoteSettings", () => count("connection open"));
  return session;
}

let shared: { readonly client: Client; left: number } | undefined;

/** With a new connection for every hundred calls. */
function identity({ api, ca }: AttackOrder["server"], token: string): Promise<void> {
  const { credentials, options } = serverOnly(api, Buffer.from(ca));
  if (shared === undefined || shared.left === 0)
    shared = { client: new Client(api, credentials, options), left: 100 };
  shared.left -= 1;
  const method = "/keyhold.v1.TokenService/GetIdentity";
  const { client } = shared;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest(
      method,
      () => Buffer.alloc(0),
      () => undefined,
      undefined,
      bearer(token),
      (failure) => (failure === null ? resolve() : reject(failure)),
    );
  });
}

function bearer(token: string): Metadata {
  const metadata = new Metadata();
  metadata.set("authorization", `Bearer ${token}`);
  return metadata;
}

function refused(thrown: unknown): void {
  count(status[(thrown as ServiceError).code] ?? "?");
}

async function inParallel(workers: number, times: number, work: () => Promise<void>): Promise<void> {
  let left = times;
  const worker = async () => {
    while (left > 0) {
      left -= 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
}

process.on("message", (message: AttackOrder | "outcomes") => {
  if (message === "outcomes") process.send?.(Object.fromEntries(outcomes));
  else void ATTACKS[message.kind](message);
});
process.once("disconnect", () => process.exit());
