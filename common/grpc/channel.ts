import { type ChannelOptions, credentials, experimental } from "@grpc/grpc-js";
import { serverIdentity } from "./server-identity.ts";

type ChannelCredentials = ReturnType<typeof credentials.createSsl>;

/** What a certificate of our own looks like on a channel. All PEM. */
export interface ChannelIdentity {
  readonly ca: Buffer;
  readonly certificate: Buffer;
  readonly key: Buffer;
}

type CaListener = Parameters<experimental.CertificateProvider["addCaCertificateListener"]>[0];
type IdentityListener = Parameters<experimental.CertificateProvider["addIdentityCertificateListener"]>[0];

/** The largest message a client accepts. A server sends at most 8 MiB and one more workload of 16 MiB at a time. Bytes. */
const MAX_MESSAGE = 32 * 1024 * 1024;

/**
 * For every client: a peer that vanished without a word is noticed within 8 seconds, a server that comes back is found within
 * two (callers have their own backoff on top).
 */
const CHANNEL_OPTIONS: ChannelOptions = {
  "grpc.keepalive_time_ms": 5000,
  "grpc.keepalive_timeout_ms": 3000,
  "grpc.keepalive_permit_without_calls": 1,
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 2000,
  "grpc.max_receive_message_length": MAX_MESSAGE,
  // One channel, one connection: closing a client closes its socket, and tests do not share connections.
  "grpc.use_local_subchannel_pool": 1,
  "grpc.enable_retries": 0,
};

/** What a generated client is made from: `new api.AgentService(address, channel.credentials, channel.options)`. */
export interface Channel {
  readonly credentials: ChannelCredentials;
  readonly options: ChannelOptions;
}

/** TLS to a server whose certificate comes from this CA (PEM), without saying who is calling. */
export function serverOnly(address: string, ca: Buffer): Channel {
  const { verify, options } = serverIdentity(address);
  return {
    credentials: credentials.createSsl(ca, null, null, verify),
    options: { ...CHANNEL_OPTIONS, ...options },
  };
}

/**
 * mTLS with a certificate that can be replaced while the channel is in use: connections that exist go on with the old one
 * (it is still valid), every new connection presents the new one.
 */
export class RenewableCredentials implements experimental.CertificateProvider {
  readonly #caListeners = new Set<CaListener>();
  readonly #identityListeners = new Set<IdentityListener>();
  #identity: ChannelIdentity;

  constructor(identity: ChannelIdentity) {
    this.#identity = identity;
  }

  /** For one or more clients of the server at `host:port`. */
  channel(address: string): Channel {
    const { verify, options } = serverIdentity(address);
    return {
      credentials: experimental.createCertificateProviderChannelCredentials(this, this, verify),
      options: { ...CHANNEL_OPTIONS, ...options },
    };
  }

  replace(identity: ChannelIdentity): void {
    this.#identity = identity;
    for (const listener of this.#caListeners) this.#tellCa(listener);
    for (const listener of this.#identityListeners) this.#tellIdentity(listener);
  }

  addCaCertificateListener(listener: CaListener): void {
    this.#caListeners.add(listener);
    this.#tellCa(listener);
  }

  removeCaCertificateListener(listener: CaListener): void {
    this.#caListeners.delete(listener);
  }

  addIdentityCertificateListener(listener: IdentityListener): void {
    this.#identityListeners.add(listener);
    this.#tellIdentity(listener);
  }

  removeIdentityCertificateListener(listener: IdentityListener): void {
    this.#identityListeners.delete(listener);
  }

  #tellCa(listener: CaListener): void {
    listener({ caCertificate: this.#identity.ca });
  }

  #tellIdentity(listener: IdentityListener): void {
    listener({ certificate: this.#identity.certificate, privateKey: this.#identity.key });
  }
}
