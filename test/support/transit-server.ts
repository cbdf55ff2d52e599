import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";

interface TransitKeyState {
  readonly type: string;
  readonly derived: boolean;
  /** Version 1 first. */
  readonly versions: Buffer[];
}

interface Answer {
  readonly status: number;
  readonly body?: object;
}

/**
 * Keeps the contract of the Transit engine, as far as Keyhold uses it, with real AES-256-GCM: associated data is enforced,
 * ciphertexts name their key's version, `encrypt` makes a key that is not there, `rewrap` knows no associated data, refusals
 * have Vault's statuses and `errors`. Read from OpenBao's sources, because no Vault and no OpenBao can be installed here.
 */
export class TransitServer implements AsyncDisposable {
  readonly token = "hvs.test-token";
  readonly keys = new Map<string, TransitKeyState>();
  /** `METHOD path` of every request, in order. */
  readonly requests: string[] = [];
  sealed = false;
  /** After this many requests it is sealed. */
  sealAfter = Number.POSITIVE_INFINITY;
  /** Answers of the next requests, in place of the real ones. */
  readonly scripted: (Answer | "silence" | "hang up")[] = [];
  #server: ReturnType<typeof createServer>;
  #scheme: string;

  private constructor(tls: { cert: string; key: string } | undefined) {
    const listener: RequestListener = (request, response) => void this.#serve(request, response);
    this.#server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
    this.#scheme = tls === undefined ? "http" : "https";
  }

  static async start(tls?: { cert: string; key: string }): Promise<TransitServer> {
    const server = new TransitServer(tls);
    server.#server.listen(0, "127.0.0.1");
    await once(server.#server, "listening");
    return server;
  }

  get address(): string {
    return `${this.#scheme}://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  addKey(name: string, options: { type?: string; derived?: boolean } = {}): void {
    const { type = "aes256-gcm96", derived = false } = options;
    this.keys.set(name, { type, derived, versions: [randomBytes(32)] });
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    this.requests.push(`${request.method} ${request.url}`);
    if (this.requests.length > this.sealAfter) this.sealed = true;
    const scripted = this.scripted.shift();
    if (scripted === "silence") return;
    if (scripted === "hang up") return void request.socket.destroy();
    const text = Buffer.concat(chunks).toString();
    const body = text === "" ? {} : (JSON.parse(text) as Record<string, string>);
    const { status, body: answer } = scripted ?? this.#answer(request, body);
    response.writeHead(status, { "content-type": "application/json" });
    response.end(answer === undefined ? undefined : JSON.stringify(answer));
  }

  #answer(request: IncomingMessage, body: Record<string, string>): Answer {
    if (this.sealed) return refusal(503, "Vault is sealed");
    if (request.headers["x-vault-token"] !== this.token) return refusal(403, "permission denied");
    const [, version, mount, verb, name = "", action] = (request.url ?? "").split("/");
    if (version !== "v1" || mount !== "transit") {
      return refusal(404, `no handler for route "${mount}/${verb}". route entry not found.`);
    }
    const key = this.keys.get(name);
    if (verb === "keys" && action === undefined && request.method === "GET") {
      if (key === undefined) return { status: 404, body: { errors: [] } };
      return { status: 200, body: { data: { name, type: key.type, derived: key.derived } } };
    }
    if (request.method !== "POST" && request.method !== "PUT") return refusal(405, "unsupported operation");
    if (verb === "encrypt") {
      if (key === undefined) this.addKey(name);
      return this.#encrypt(this.keys.get(name)!, body.plaintext ?? "", body.associated_data ?? "");
    }
    if (key === undefined) return refusal(400, "encryption key not found");
    if (verb === "keys" && action === "rotate") {
      key.versions.push(randomBytes(32));
      return { status: 204 };
    }
    if (verb === "decrypt") return this.#decrypt(key, body.ciphertext ?? "", body.associated_data ?? "");
    if (verb === "rewrap") {
      const plain = this.#decrypt(key, body.ciphertext ?? "", "");
      const { plaintext } = ((plain.body as { data?: unknown }).data ?? {}) as { plaintext?: string };
      return plaintext === undefined ? plain : this.#encrypt(key, plaintext, "");
    }
    return refusal(404, "unsupported path");
  }

  #encrypt(key: TransitKeyState, plaintext: string, associated: string): Answer {
    const version = key.versions.length;
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", key.versions[version - 1]!, nonce);
    cipher.setAAD(Buffer.from(associated, "base64"));
    const bytes = [
      nonce,
      cipher.update(Buffer.from(plaintext, "base64")),
      cipher.final(),
      cipher.getAuthTag(),
    ];
    const ciphertext = `vault:v${version}:${Buffer.concat(bytes).toString("base64")}`;
    return { status: 200, body: { data: { ciphertext, key_version: version } } };
  }

  #decrypt(key: TransitKeyState, ciphertext: string, associated: string): Answer {
    const [, version, base64] = /^vault:v(\d+):(.+)$/.exec(ciphertext) ?? [];
    const root = key.versions[Number(version) - 1];
    if (base64 === undefined) return refusal(400, "invalid ciphertext: no prefix");
    if (root === undefined) return refusal(400, "invalid ciphertext: version is too new");
    const bytes = Buffer.from(base64, "base64");
    try {
      const decipher = createDecipheriv("aes-256-gcm", root, bytes.subarray(0, 12));
      decipher.setAAD(Buffer.from(associated, "base64"));
      decipher.setAuthTag(bytes.subarray(-16));
      const plaintext = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
      return { status: 200, body: { data: { plaintext: plaintext.toString("base64") } } };
    } catch {
      return refusal(400, "cipher: message authentication failed");
    }
  }
}

function refusal(status: number, error: string): Answer {
  return { status, body: { errors: [error] } };
}
