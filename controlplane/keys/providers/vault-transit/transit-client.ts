import { readFile } from "node:fs/promises";
import { backoffDelay, sleep } from "../../../../common/backoff.ts";
import { KeyholdError, messageOf } from "../../../../common/errors.ts";
import type { TransitSettings } from "../../keyring-document.ts";
import { type HttpAnswer, sendHttp } from "./http-request.ts";
import { transitFailure, unreachable } from "./transit-errors.ts";

const ATTEMPTS = 3;
const BACKOFF = { initial: 100, maximum: 1_000, factor: 3, jitter: 0.5 };
/** Milliseconds for one attempt. A key operation takes a few; a caller may be holding a transaction open. */
const TIMEOUT = 2_000;
/** Milliseconds for which one failure answers for all: an outage must not cost every single key three timeouts. */
const FAIL_FAST = 1_000;

export interface TransitCall {
  readonly method: "GET" | "POST";
  /** Below `/v1/MOUNT/`: `encrypt/NAME`. */
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** For errors: `wrap a data key`. */
  readonly doing: string;
}

/** Calls one Transit key over HTTP: waits, tries again where that can help, and says what is wrong. */
export class TransitClient {
  readonly settings: TransitSettings;
  readonly #timeout: number;
  #outage: { readonly until: number; readonly error: KeyholdError } | undefined;

  /** @param options.timeout milliseconds for one of at most three attempts */
  constructor(settings: TransitSettings, options: { timeout?: number } = {}) {
    this.settings = settings;
    this.#timeout = options.timeout ?? TIMEOUT;
  }

  /**
   * @returns `data` of the answer; empty for an answer without a body
   * @throws KeyholdError `unavailable` or `timeout` after all attempts, `invalid` (Transit cannot do it with these
   *   bytes) or `precondition` at once
   */
  async call(call: TransitCall): Promise<Readonly<Record<string, unknown>>> {
    if (this.#outage !== undefined && Date.now() < this.#outage.until) throw this.#outage.error;
    for (let attempt = 0; ; attempt += 1) {
      try {
        const data = await this.#once(call);
        this.#outage = undefined;
        return data;
      } catch (thrown) {
        const error = KeyholdError.from(thrown, `cannot ${call.doing}`);
        if (!error.retryable) throw error;
        if (attempt + 1 >= ATTEMPTS) {
          this.#outage = { until: Date.now() + FAIL_FAST, error };
          throw error;
        }
        await sleep(backoffDelay(BACKOFF, attempt, Math.random()));
      }
    }
  }

  async #once(call: TransitCall): Promise<Readonly<Record<string, unknown>>> {
    const { settings } = this;
    const [token, ca] = await Promise.all([
      readSetting(settings.tokenFile, "--kms-token-file"),
      settings.caFile === undefined ? undefined : readSetting(settings.caFile, "--kms-ca-file"),
    ]);
    let answer: HttpAnswer;
    try {
      answer = await sendHttp({
        url: new URL(`${settings.address.replace(/\/+$/, "")}/v1/${settings.mount}/${call.path}`),
        method: call.method,
        headers: { "X-Vault-Token": token, "X-Vault-Request": "true" },
        body: call.body === undefined ? undefined : JSON.stringify(call.body),
        ca,
        timeout: this.#timeout,
      });
    } catch (thrown) {
      throw unreachable(settings, call.doing, thrown);
    }
    if (answer.status >= 200 && answer.status < 300) return dataOf(settings, call, answer);
    throw transitFailure(settings, call.doing, answer);
  }
}

/** Read at each call: whoever renews the token writes the file again. */
async function readSetting(file: string, flag: string): Promise<string> {
  let text: string;
  try {
    text = (await readFile(file, "utf8")).trim();
  } catch (thrown) {
    throw new KeyholdError({
      code: "precondition",
      message: `cannot read ${file} (${flag}): ${messageOf(thrown)}`,
      next: "put the file there, readable for the user who runs the server",
      cause: thrown,
    });
  }
  if (text !== "" && (flag !== "--kms-token-file" || /^[\x21-\x7e]+$/.test(text))) return text;
  throw new KeyholdError({
    code: "precondition",
    message: `${file} (${flag}) ${text === "" ? "is empty" : "is not one token"}`,
    next: "write the KMS token into it, alone",
  });
}

function dataOf(
  settings: TransitSettings,
  call: TransitCall,
  { status, text }: HttpAnswer,
): Readonly<Record<string, unknown>> {
  if (status === 204) return {};
  try {
    const answer: unknown = JSON.parse(text);
    const data = (answer as { data?: unknown } | null)?.data;
    // The answer to keys/NAME/rotate has no data in older releases.
    if (data === null || data === undefined) return {};
    if (typeof data === "object") return data as Record<string, unknown>;
  } catch {
    // Falls through: the parser's message would quote the answer, which may hold a key.
  }
  throw new KeyholdError({
    code: "failed",
    message: `cannot ${call.doing}: ${settings.address} did not answer as Vault or OpenBao does`,
    next: "check the KMS address: it is the root of the server, like https://vault.example.com:8200",
  });
}
