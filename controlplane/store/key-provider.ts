/** A data key as it is stored: useless without the root key that `keyId` names. */
export interface WrappedKey {
  readonly keyId: string;
  readonly bytes: Uint8Array;
}

/** Whoever holds the root keys: a file, later a KMS. Root keys never leave it. */
export interface KeyProvider {
  /** Names it in errors: the keyring's file, a KMS key's address. */
  readonly id: string;
  /** Wraps with the primary root key. `aad` is bound to the result: {@link unwrap} needs the same. */
  wrap(key: Buffer, aad: Buffer): Promise<WrappedKey>;
  /**
   * @throws KeyholdError `precondition` if the root key is not there, or is not the one, or the data was moved: names `id`
   */
  unwrap(wrapped: WrappedKey, aad: Buffer): Promise<Buffer>;
}
