const KIB = 1024;
const MIB = 1024 * KIB;

/** How many connections a port holds, and how fast new ones are accepted. */
export interface ConnectionLimits {
  /** Open connections in all. */
  readonly total: number;
  /** Connections of one principal, counted once a call on them has proved who calls. */
  readonly perPrincipal: number;
  /** Connections on which nobody has proved anything yet, in all and for one address. Past it the oldest of them is closed. */
  readonly unidentified: number;
  readonly unidentifiedPerAddress: number;
  /** New connections of one address: how many at once, and how many a second after that. */
  readonly burst: number;
  readonly perSecond: number;
}

/** People and programs: few connections each. */
export const API_CONNECTIONS: ConnectionLimits = {
  total: 4096,
  perPrincipal: 256,
  unidentified: 512,
  unidentifiedPerAddress: 128,
  burst: 1024,
  perSecond: 128,
};

/** Every agent keeps one connection, and thousands of them may come back through one address after a restart of the server. */
export const NODE_CONNECTIONS: ConnectionLimits = {
  total: 20_000,
  perPrincipal: 16,
  unidentified: 2048,
  unidentifiedPerAddress: 1024,
  burst: 2048,
  perSecond: 512,
};

/** Often a proxy stands in front of this port: then every browser comes from one address. */
export const HTTP_CONNECTIONS: ConnectionLimits = {
  total: 2048,
  perPrincipal: 2048,
  unidentified: 2048,
  unidentifiedPerAddress: 1024,
  burst: 1024,
  perSecond: 512,
};

/** Until the first call of a new connection has come. Milliseconds. */
export const FIRST_CALL_TIMEOUT_MS = 10_000;
/** How long a connection may stay open without any call. Milliseconds. */
export const IDLE_TIMEOUT_MS = 5 * 60_000;
/** Calls at the same time on one connection: HTTP/2 makes clients wait with what is over it. */
export const STREAMS_PER_CONNECTION = 100;
/** What Node lets one HTTP/2 session hold before it refuses new calls. MiB. */
export const SESSION_MEMORY_MIB = 64;

/** From the first byte of a call until its whole request is there. Milliseconds. */
export const REQUEST_TIMEOUT_MS = 10_000;
/** Calls of one principal at the same time, over all of its connections. */
export const CALLS_PER_PRINCIPAL = 256;
/** Calls without credentials at the same time, for one address and in all; health `Watch` is one of them. */
export const ANONYMOUS_CALLS = { perAddress: 32, total: 512 };

/** The largest request of a method that takes no credentials. Bytes. */
export const ANONYMOUS_REQUEST = 64 * KIB;
/** The largest request of any other method that is not in {@link LARGE_REQUESTS}. Bytes. */
const REQUEST = 256 * KIB;
/** Methods whose requests carry values, files or reports. Bytes of the message. */
export const LARGE_REQUESTS: Readonly<Record<string, number>> = {
  "keyhold.v1.SecretService/CreateSecret": 2 * MIB,
  "keyhold.v1.SecretService/UpdateSecret": 2 * MIB,
  "keyhold.v1.SecretService/PreviewSecretChange": 2 * MIB,
  "keyhold.v1.SecretService/ImportSecrets": 2 * MIB,
  "keyhold.v1.AgentService/Subscribe": 4 * MIB,
};
/** Large requests that are being received, by what they may become: of one principal, and in all. Bytes. */
export const RECEIVING = { perKey: 8 * MIB, total: 32 * MIB };

/** Values that are on their way to callers of ResolveWorkload: of one principal, and in all. Bytes. */
export const RESOLVING = { perKey: 16 * MIB, total: 32 * MIB };
/** How fast one principal is sent values of large workloads once it has used up its share. Bytes a second. */
export const RESOLVING_RATE = 16 * MIB;
/** How long a call waits for room in one of these budgets. Milliseconds. */
export const BUDGET_TIMEOUT_MS = 10_000;

/** @param method `keyhold.v1.SecretService/GetSecret` @returns bytes of its largest request, in protocol buffers */
export function requestLimit(method: string, isAnonymous: boolean): number {
  return isAnonymous ? ANONYMOUS_REQUEST : (LARGE_REQUESTS[method] ?? REQUEST);
}
