import { KyselyJoinTokenStore } from "./join-token-store.ts";
import { KyselyMemberStore } from "./member-store.ts";
import { KyselyNodeStore } from "./node-store.ts";
import { KyselyOrganizationStore } from "./organization-store.ts";
import { KyselyProjectStore } from "./project-store.ts";
import { KyselyReceiptStore } from "./receipt-store.ts";
import { KyselyRolloutStore } from "./rollout-store.ts";
import { KyselySecretStore } from "./secret-store.ts";
import type { Sealing } from "./secret-writing.ts";
import { KyselyServiceAccountStore } from "./service-account-store.ts";
import type { Session } from "./session.ts";
import { KyselyTokenStore } from "./token-store.ts";
import type { Stores } from "./types.ts";
import { KyselyUserStore } from "./user-store.ts";
import { KyselyWorkspaceStore } from "./workspace-store.ts";

/** All stores on one session: cheap, so each transaction has its own. */
export function createStores(session: Session, sealing: Sealing): Stores {
  return {
    organizations: new KyselyOrganizationStore(session),
    projects: new KyselyProjectStore(session),
    users: new KyselyUserStore(session),
    serviceAccounts: new KyselyServiceAccountStore(session),
    workspaces: new KyselyWorkspaceStore(session),
    members: new KyselyMemberStore(session),
    secrets: new KyselySecretStore(session, sealing),
    tokens: new KyselyTokenStore(session),
    joinTokens: new KyselyJoinTokenStore(session),
    nodes: new KyselyNodeStore(session),
    receipts: new KyselyReceiptStore(session),
    rollouts: new KyselyRolloutStore(session),
  };
}
