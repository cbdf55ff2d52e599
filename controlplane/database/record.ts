// What the stores hand out. Times are milliseconds since 1970; references between resources are resource names
// (`organizations/acme/users/alice`); no record holds a value of a secret but AccessedSecret and SecretDraft.

/** undefined or empty: whatever the etag is. */
export type Etag = string | undefined;

/** What every stored resource has. */
export interface Stored {
  /** The resource name, `organizations/acme/projects/web`. */
  readonly name: string;
  /** The last part of the name. */
  readonly id: string;
  /** Stable for life and never used again. */
  readonly uid: string;
  readonly createTime: number;
  /** The principal who created it; empty for the server itself. */
  readonly creator: string;
  /** Changes with every write. */
  readonly etag: string;
}
