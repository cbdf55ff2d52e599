import type { Scope } from "../../common/resource-name.ts";
import type { Page, PageRequest } from "../database/page.ts";
import type { Etag } from "../database/record.ts";
import type {
  AccessedSecret,
  DeliveredSizes,
  SecretChanges,
  SecretDraft,
  SecretRecord,
  SecretVersionRecord,
  SecretWritten,
} from "./records.ts";

export interface SecretStore {
  /** `exists` also over a deleted one: the message says how to restore or purge it. `not-found` if the scope is not there. */
  create(scope: Scope, id: string, draft: SecretDraft, by: string): Promise<SecretWritten>;
  /** A new value makes a version, an equal one does not. */
  update(
    scope: Scope,
    id: string,
    changes: SecretChanges,
    by: string,
    options?: { etag?: Etag },
  ): Promise<SecretWritten>;
  /** Not those that are deleted, unless `showDeleted`. */
  get(scope: Scope, id: string, options?: { showDeleted?: boolean }): Promise<SecretRecord>;
  find(scope: Scope, id: string, options?: { showDeleted?: boolean }): Promise<SecretRecord | undefined>;
  list(
    scope: Scope,
    page: PageRequest & { search?: string | undefined; showDeleted?: boolean | undefined },
  ): Promise<Page<SecretRecord>>;
  /** Newest first. */
  versions(scope: Scope, id: string, page: PageRequest): Promise<Page<SecretVersionRecord>>;
  /** Writes an older version's value as a new version; the value it has already: nothing. */
  rollback(
    scope: Scope,
    id: string,
    to: number,
    by: string,
    options?: { etag?: Etag; comment?: string | undefined },
  ): Promise<SecretWritten>;
  /** Restorable for 30 days. With `purge` at once and for good, also what was deleted before. */
  delete(scope: Scope, id: string, by: string, options?: { etag?: Etag; purge?: boolean }): Promise<void>;
  undelete(scope: Scope, id: string, by: string): Promise<SecretRecord>;
  /** Removes the oldest versions until only so many are left. Nobody is told: the value stays. */
  keepVersions(scope: Scope, id: string, keep: number): Promise<void>;
  /** Of all organizations, with those that are deleted and can be restored. */
  count(what: "secrets" | "secret_versions"): Promise<number>;
  /** Removes what was deleted longer ago than it can be restored; returns how many. */
  purgeExpired(): Promise<number>;
  /** 0 or undefined: the newest. */
  access(scope: Scope, id: string, version?: number): Promise<AccessedSecret>;
  /**
   * When the value of a version was first stored; a rollback's value is as old as that of the version it went back to. 0 for a
   * version that is gone.
   */
  valueTime(scope: Scope, id: string, version: number): Promise<number>;
  /**
   * Names of the secrets of these scopes that keep a version from `time` (milliseconds since 1970) or earlier. Deleted secrets that can
   * be restored count.
   */
  keptSince(scopes: readonly Scope[], time: number): Promise<readonly string[]>;
  /** All live secrets of these scopes, without values, in no particular order. */
  candidates(scopes: readonly Scope[]): Promise<readonly SecretRecord[]>;
  /** Live secrets with one of these ids at the more specific levels of the scope's organization; the most specific first. */
  namesakes(scope: Scope, ids: readonly string[]): Promise<readonly SecretRecord[]>;
  /** By scope (resource name). Scopes without any are left out. */
  deliveredSizes(organization: string): Promise<ReadonlyMap<string, DeliveredSizes>>;
  /** The newest values, in the order of the records; the records come from the same transaction. */
  values(records: readonly SecretRecord[]): Promise<readonly AccessedSecret[]>;
}
