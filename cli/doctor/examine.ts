import { access } from "node:fs/promises";
import { join } from "node:path";
import { type Check, examineHost, loadIdentity, ok, type Places, warn } from "../../agent/maintenance.ts";
import { KeyholdError } from "../../common/errors.ts";
import { probeServer } from "../../common/grpc/probe.ts";
import { atReachable } from "../api/reachable.ts";
import { findSession } from "../api/session.ts";
import { type Cli, withApi } from "../cli.ts";
import { readRuntimeHelper } from "../host/runtime-helper.ts";
import { type ControlPlaneFacts, judgeControlPlane, tokenProblem } from "./control-plane.ts";

/** Everything that can be looked at from here: the control plane, and this host if it is one that runs containers. */
export async function examine(cli: Cli, places: Places): Promise<readonly Check[]> {
  return [...judgeControlPlane(await lookAtControlPlane(cli, places)), ...(await lookAtHost(cli, places))];
}

/** As whoever is logged in; on a host where nobody is, as its node would. */
async function lookAtControlPlane(cli: Cli, places: Places): Promise<ControlPlaneFacts> {
  const session = await findSession(cli.surroundings.environment).catch((thrown: unknown) => {
    if (thrown instanceof KeyholdError && thrown.code === "unauthenticated") return undefined;
    throw thrown;
  });
  const node = await loadIdentity(places.stateDirectory).catch(() => undefined);
  const reached = session && (await atReachable(session));
  const server = reached?.server ?? node?.server;
  const now = Date.now();
  if (server === undefined) return { server, probe: undefined, token: undefined, now };
  const probe = await probeServer(server, session === undefined ? node?.ca : session.ca);
  const token = session === undefined || probe.kind !== "answers" ? undefined : await tryToken(cli);
  return { server, probe, token, now };
}

function tryToken(cli: Cli): Promise<ControlPlaneFacts["token"]> {
  return withApi(cli, (api) => api.call("OrganizationService", "ListOrganizations", { pageSize: 1 })).then(
    () => "accepted",
    tokenProblem,
  );
}

async function lookAtHost(cli: Cli, places: Places): Promise<readonly Check[]> {
  const signs = [
    places.record,
    places.dockerSocket,
    join(places.stateDirectory, "node.json"),
    places.runDirectory,
  ];
  const isHost = (await Promise.all(signs.map(isThere))).includes(true);
  if (!isHost) return [ok("host", "this machine has neither a Docker Engine nor an agent")];
  if (!cli.surroundings.isRoot) {
    return [warn("host", "only root can look at this host's engine and agent", "run this with sudo")];
  }
  // Without a compiler it cannot be told which helper this release would install.
  const helper = await readRuntimeHelper().catch(() => undefined);
  return examineHost({ places, helper, path: cli.surroundings.inherited.PATH ?? "" });
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
