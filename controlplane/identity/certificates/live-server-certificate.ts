import { X509Certificate } from "node:crypto";
import { experimental, type ServerCredentials } from "@grpc/grpc-js";
import { messageOf } from "../../../common/errors.ts";
import { type ChannelIdentity, RenewableCredentials } from "../../../common/grpc/channel.ts";
import type { Log } from "../../../common/log.ts";
import {
  openServerCertificate,
  type ServerCertificate,
  type ServerCertificateOptions,
} from "./server-certificate.ts";

/** A certificate is renewed at half of its life, half a year before its end: there is no hurry. Milliseconds. */
const EVERY = 3_600_000;
/** When a renewal that fails becomes an error. */
const SERIOUS = 30 * 24 * EVERY;

export interface LiveCertificateOptions extends ServerCertificateOptions {
  readonly log: Pick<Log, "info" | "warn" | "error">;
  /** Milliseconds between two looks at the certificate. */
  readonly every?: number;
}

/**
 * The certificate of both TLS ports, renewed while they serve: whoever connects from then on is shown the new one, connections
 * and streams that are open go on. grpc-js brings it into running servers with its certificate providers.
 */
export class LiveServerCertificate {
  readonly #options: LiveCertificateOptions;
  readonly #provider: ServerProvider;
  readonly #timer: NodeJS.Timeout;
  #present: ServerCertificate;
  #checks = Promise.resolve();

  private constructor(options: LiveCertificateOptions, present: ServerCertificate) {
    this.#options = options;
    this.#present = present;
    this.#provider = new ServerProvider(this.#asIdentity(present));
    this.#timer = setInterval(() => void this.check(), options.every ?? EVERY);
    this.#timer.unref();
  }

  static async open(options: LiveCertificateOptions): Promise<LiveServerCertificate> {
    return new LiveServerCertificate(options, await openServerCertificate(options));
  }

  /**
   * What a gRPC server is bound with; it follows every renewal.
   * @param clients `shown`: clients must show a certificate of our CA
   */
  credentials(clients: "anonymous" | "shown"): ServerCredentials {
    const authority = clients === "shown" ? this.#provider : null;
    return experimental.createCertificateProviderServerCredentials(
      this.#provider,
      authority,
      clients === "shown",
    );
  }

  /** Renews it if it is time. A failure is logged, and tried again at the next look. */
  check(): Promise<void> {
    this.#checks = this.#checks.then(() => this.#check());
    return this.#checks;
  }

  /** Waits for a renewal that is under way. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#checks;
  }

  async #check(): Promise<void> {
    const { log } = this.#options;
    try {
      const next = await openServerCertificate(this.#options);
      if (next.chain === this.#present.chain) return;
      this.#present = next;
      this.#provider.replace(this.#asIdentity(next));
      log.info({ expires: new Date(this.#notAfter()).toISOString() }, "The server's certificate was renewed");
    } catch (thrown) {
      this.#logFailure(thrown);
    }
  }

  #logFailure(thrown: unknown): void {
    const { log, now = Date.now } = this.#options;
    const fields = {
      reason: messageOf(thrown),
      expires: new Date(this.#notAfter()).toISOString(),
      next: "make the data directory writable; agents and people cannot connect once it has expired",
    };
    if (this.#notAfter() - now() > SERIOUS) {
      log.warn(fields, "The server's certificate could not be renewed, trying again");
    } else {
      log.error(fields, "The server's certificate ends soon and could not be renewed");
    }
  }

  #notAfter(): number {
    return new X509Certificate(this.#present.chain).validToDate.getTime();
  }

  #asIdentity({ chain, key }: ServerCertificate): ChannelIdentity {
    const ca = Buffer.from(this.#options.authority.certificate);
    return { ca, certificate: Buffer.from(chain), key: Buffer.from(key) };
  }
}

/**
 * grpc-js (1.14.7) loses what a provider says while the server is being added to it, and then drops every connection: so it is
 * told right after, which is before it listens.
 */
class ServerProvider extends RenewableCredentials {
  override addCaCertificateListener(
    ...given: Parameters<RenewableCredentials["addCaCertificateListener"]>
  ): void {
    queueMicrotask(() => super.addCaCertificateListener(...given));
  }

  override addIdentityCertificateListener(
    ...given: Parameters<RenewableCredentials["addIdentityCertificateListener"]>
  ): void {
    queueMicrotask(() => super.addIdentityCertificateListener(...given));
  }
}
