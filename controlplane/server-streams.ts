import { randomUUID } from "node:crypto";
import { Access } from "./api/edge/access.ts";
import { DeliveryAudit } from "./audit/delivery-audit.ts";
import type { Change } from "./database/change.ts";
import { callerNamed } from "./identity/principal.ts";
import { addGauges } from "./metrics/gauges.ts";
import { RolloutMetrics } from "./metrics/rollout-metrics.ts";
import { TargetResolver } from "./resolve/target-resolver.ts";
import { Conductor, type ConductorOptions } from "./rollout/conductor.ts";
import { OpenSteps } from "./rollout/open-steps.ts";
import { witness } from "./rollout/witness.ts";
import type { Parts, Streams } from "./server-parts.ts";
import { AgentSessions } from "./stream/agent-sessions.ts";
import { StoredAnswers } from "./stream/answers.ts";
import { NodeConnections } from "./stream/connections.ts";
import { Contacts } from "./stream/contacts.ts";
import { FollowedChanges } from "./stream/followed-changes.ts";
import { Presence } from "./stream/presence.ts";

export async function newStreams(parts: Parts): Promise<Streams> {
  const { database, log, lifecycle, status, metrics } = parts;
  const presence = new Presence();
  const server = randomUUID();
  const { nodes, receipts } = database;
  const contacts = new Contacts({
    presence,
    nodes,
    receipts,
    server,
    log: log.child({ component: "stream" }),
  });
  lifecycle.add("notes about nodes", () => contacts.close());
  const resolver = new TargetResolver(database);
  const affected = (changed: readonly Change[]) => resolver.affected(changed);
  const changes = await FollowedChanges.open(database.changes, affected, log);
  lifecycle.add("the change feed", () => changes.close());
  const answers = new StoredAnswers({ ...database, bundles: resolver });
  const audit = new DeliveryAudit(database.audit, parts.rows, parts.refusals);
  const sessions = new AgentSessions({
    ...{ changes, answers, nodes: answers, contacts, errors: status, audit, log },
    steps: new OpenSteps(database),
    sent: (kind) => metrics.sent(kind),
    dropped: (count) => metrics.dropped(count),
  });
  addGauges(metrics.registry, {
    connectedAgents: () => sessions.count,
    contestedNodes: () => sessions.contested,
    watchedTargets: () => sessions.targets,
    revision: () => database.changes.currentRevision(),
    secrets: () => database.secrets.count("secrets"),
    secretVersions: () => database.secrets.count("secret_versions"),
  });
  const connections = new NodeConnections({ presence, server });
  const hasGroup = (node: string) => presence.containersOf(node).some((each) => each.rolloutGroup !== "");
  startRollouts(parts, { sessions, contacts, connections, hasGroup });
  return { sessions, contacts, connections, workloads: resolver };
}

function startRollouts(
  { database, log, lifecycle, metrics }: Parts,
  streams: Pick<Streams, "sessions" | "contacts" | "connections"> & Pick<ConductorOptions, "hasGroup">,
): void {
  const meter = new RolloutMetrics(metrics.registry, () => database.rollouts.countByState());
  const own = log.child({ component: "rollout" });
  const conductor = new Conductor({
    database,
    isConnected: (node) => streams.connections.isConnected(node),
    hasGroup: streams.hasGroup,
    tell: (node) => streams.sessions.stepsChanged(node),
    witness: witness(own, meter),
    mayWrite: (stores, principal, { scope }) =>
      new Access(stores).maySecrets(callerNamed(principal, { name: "", scopes: [] }), scope, "write"),
    log: own,
  });
  streams.contacts.onWritten((node) => conductor.reported(node));
  lifecycle.add("rollouts", () => conductor.close());
  conductor.sweep();
}
