import type { PackageDefinition } from "@grpc/proto-loader";
import type { StatusCodec } from "../common/grpc/status.ts";
import type { Lifecycle } from "../common/lifecycle.ts";
import type { Log } from "../common/log.ts";
import type { Peers } from "./api/peers/peers.ts";
import type { DeferredRows } from "./audit/deferred-rows.ts";
import type { Refusals } from "./audit/refusals.ts";
import type { ServerConfig } from "./config.ts";
import type { OpenedStore } from "./database.ts";
import type { CertificateAuthority } from "./identity/certificates/ca.ts";
import type { LiveServerCertificate } from "./identity/certificates/live-server-certificate.ts";
import type { FailedSignIns } from "./identity/failed-sign-ins.ts";
import type { SignIn } from "./identity/oidc/sign-in.ts";
import type { Site } from "./identity/oidc/site.ts";
import type { Metrics } from "./metrics/metrics.ts";
import type { TargetResolver } from "./resolve/target-resolver.ts";
import type { AgentSessions } from "./stream/agent-sessions.ts";
import type { NodeConnections } from "./stream/connections.ts";
import type { Contacts } from "./stream/contacts.ts";

export interface Parts {
  readonly config: ServerConfig;
  readonly log: Log;
  readonly lifecycle: Lifecycle;
  readonly database: OpenedStore;
  readonly authority: CertificateAuthority;
  readonly certificate: LiveServerCertificate;
  readonly definition: PackageDefinition;
  readonly status: StatusCodec;
  readonly site: Site;
  readonly signIn: SignIn | undefined;
  readonly metrics: Metrics;
  readonly failures: FailedSignIns;
  readonly peers: Peers;
  readonly refusals: Refusals;
  readonly rows: DeferredRows;
}

export interface Streams {
  readonly sessions: AgentSessions;
  readonly contacts: Contacts;
  readonly connections: NodeConnections;
  readonly workloads: TargetResolver;
}
