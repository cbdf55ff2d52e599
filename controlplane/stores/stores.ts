import type { AuditLog } from "../audit/audit-log.ts";
import type { ChangeFeed } from "../database/change.ts";
import type { InvitationStore, JoinTokenStore, TokenStore } from "../directory/credential-stores.ts";
import type {
  MemberStore,
  NodeStore,
  OrganizationStore,
  ProjectStore,
  QuotaStore,
  ReceiptStore,
  ServiceAccountStore,
  UserStore,
  WorkspaceStore,
} from "../directory/directory.ts";
import type { RolloutStore } from "../rollout/records/rollout-records.ts";
import type { SecretStore } from "../secrets/secrets.ts";

// Rules of every store:
// - `organization` and `id` are bare ids (`acme`, `web`); other references are resource names.
// - `by` is the principal who writes. The time is the store's clock.
// - `get` throws `not-found`, `find` returns undefined. Creating what exists throws `exists`. An `etag` that is given and old
//   throws `conflict`. What the state does not allow throws `precondition`.
// - Nobody's rights are checked here.

/** One store for each kind of resource. */
export interface Stores {
  readonly organizations: OrganizationStore;
  readonly quotas: QuotaStore;
  readonly projects: ProjectStore;
  readonly users: UserStore;
  readonly serviceAccounts: ServiceAccountStore;
  readonly workspaces: WorkspaceStore;
  readonly members: MemberStore;
  readonly secrets: SecretStore;
  readonly tokens: TokenStore;
  readonly invitations: InvitationStore;
  readonly joinTokens: JoinTokenStore;
  readonly nodes: NodeStore;
  readonly receipts: ReceiptStore;
  readonly rollouts: RolloutStore;
}

/** The stores themselves write each in a transaction of its own. */
export interface Database extends Stores {
  readonly changes: ChangeFeed;
  /** Who did what. Every write that changes something has its rows there, in the same transaction. */
  readonly audit: AuditLog;
  /** All or nothing. Inside, only the stores handed to `fn` may be used: the others throw, as they would wait for ever. */
  transaction<T>(fn: (stores: Stores) => Promise<T>): Promise<T>;
  /** Reads as of one revision. */
  snapshot<T>(fn: (stores: Stores, revision: number) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
