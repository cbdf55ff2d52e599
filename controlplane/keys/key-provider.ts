/** A data key as it is stored: useless without the root key that `keyId` names. */
export interface WrappedKey {
  readonly keyId: string;
  readonly bytes: Uint8Array;
}

/** Whoever holds the root keys: a file or a KMS. */
export interface KeyProvider {
  /** Names it in errors: the keyring's file. */
  readonly id: string;
  /**
   * Wraps with the primary root key. `aad` is bound to the result: {@link unwrap} needs the same.
   * @throws KeyholdError `unavailable` or `timeout` if a KMS does not answer, `precondition` if it refuses
   */
  wrap(key: Buffer, aad: Buffer): Promise<WrappedKey>;
  /**
   * @throws KeyholdError `precondition` if the root key is not there, or is not the one, or the data was moved: names `id`;
   *   `unavailable` or `timeout` as {@link wrap}
   */
  unwrap(wrapped: WrappedKey, aad: Buffer): Promise<Buffer>;
}

/** One root key, wherever it is kept. Its bytes may never be in this process. */
export interface RootKey {
  wrap(key: Buffer, aad: Buffer): Promise<Uint8Array>;
  /** @throws KeyholdError with a next step, or any other error if `bytes` are not what this key made of `aad` */
  unwrap(bytes: Uint8Array, aad: Buffer): Promise<Buffer>;
}
