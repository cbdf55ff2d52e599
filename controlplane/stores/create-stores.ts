import type { Session } from "../database/session.ts";
import { KyselyInvitationStore } from "../directory/invitation-store.ts";
import { KyselyJoinTokenStore } from "../directory/join-token-store.ts";
import { KyselyMemberStore } from "../directory/member-store.ts";
import { KyselyNodeStore } from "../directory/node-store.ts";
import { KyselyOrganizationStore } from "../directory/organization-store.ts";
import { KyselyProjectStore } from "../directory/project-store.ts";
import { KyselyQuotaStore } from "../directory/quota-store.ts";
import { KyselyReceiptStore } from "../directory/receipt-store.ts";
import { KyselyServiceAccountStore } from "../directory/service-account-store.ts";
import { KyselyTokenStore } from "../directory/token-store.ts";
import { KyselyUserStore } from "../directory/user-store.ts";
import { KyselyWorkspaceStore } from "../directory/workspace-store.ts";
import type { RowSeal } from "../keys/row-seal.ts";
import { KyselyRolloutStore } from "../rollout/records/rollout-store.ts";
import { KyselySecretStore } from "../secrets/secret-store.ts";
import type { Sealing } from "../secrets/secret-writing.ts";
import type { Stores } from "./stores.ts";

/** What the stores seal with: values, and the rows that let a person or a node in. */
export interface StoreSeals extends Sealing {
  readonly credentials: RowSeal;
}

/** All stores on one session: cheap, so each transaction has its own. */
export function createStores(session: Session, sealing: StoreSeals): Stores {
  return {
    organizations: new KyselyOrganizationStore(session),
    projects: new KyselyProjectStore(session, sealing.credentials),
    quotas: new KyselyQuotaStore(session),
    users: new KyselyUserStore(session, sealing.credentials),
    serviceAccounts: new KyselyServiceAccountStore(session),
    workspaces: new KyselyWorkspaceStore(session, sealing.credentials),
    members: new KyselyMemberStore(session),
    secrets: new KyselySecretStore(session, sealing),
    tokens: new KyselyTokenStore(session, sealing.credentials),
    invitations: new KyselyInvitationStore(session, sealing.credentials),
    joinTokens: new KyselyJoinTokenStore(session, sealing.credentials),
    nodes: new KyselyNodeStore(session, sealing.credentials),
    receipts: new KyselyReceiptStore(session),
    rollouts: new KyselyRolloutStore(session),
  };
}
