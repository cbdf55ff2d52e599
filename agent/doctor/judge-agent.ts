import { shortName } from "../../common/resource-name.ts";
import { VERSION } from "../../common/version.ts";
import { type Check, fail, ok, warn } from "./check.ts";
import type { DiskSpace, DoctorFacts } from "./facts.ts";

const START = "start it: systemctl start keyhold-agent, or keyhold agent start";
const HOUR = 3_600_000;
const MEGABYTE = 1 << 20;

/** The agent itself: whether it runs, who it is, what it keeps. Pure. */
export function judgeAgent(facts: DoctorFacts): readonly Check[] {
  return [running(facts), runtimeSocket(facts), identity(facts), connected(facts), ...state(facts)];
}

function running({ agent }: DoctorFacts): Check {
  const check = "agent.running";
  if ("problem" in agent) return fail(check, agent.problem, START);
  const { version, pid } = agent.is;
  if (version === VERSION) return ok(check, `it runs as process ${pid}, release ${version}`);
  return warn(
    check,
    `it runs with release ${version}, installed is ${VERSION}`,
    "restart it: containers go on meanwhile",
  );
}

function runtimeSocket({ runtimeSocket, places }: DoctorFacts): Check {
  const check = "agent.socket";
  const path = `${places.runDirectory}/runtime.sock`;
  if (runtimeSocket) return ok(check, `${path} answers`);
  return fail(check, `nothing listens on ${path}, so labelled containers cannot be started`, START);
}

function identity({ identity, now, places }: DoctorFacts): Check {
  const check = "agent.identity";
  if ("problem" in identity) {
    return fail(
      check,
      identity.problem,
      "make a join token (keyhold node join-token) and start the agent with it",
    );
  }
  if (identity.is === undefined) {
    const next =
      "make a join token (keyhold node join-token), then: keyhold agent install --server H:P --join-file F";
    return fail(check, `there is no identity in ${places.stateDirectory}, this host is not enrolled`, next);
  }
  const { node, notAfter } = identity.is;
  const until = new Date(notAfter).toISOString();
  if (notAfter > now + HOUR)
    return ok(check, `it is ${shortName(node)}, its certificate is good until ${until}`);
  const next =
    "check that the agent runs and that the control plane is reachable from here: it renews by itself";
  if (notAfter > now)
    return warn(check, `the certificate of ${shortName(node)} ends at ${until}, and was not renewed`, next);
  return fail(check, `the certificate of ${shortName(node)} has ended at ${until}`, next);
}

function connected({ agent }: DoctorFacts): Check {
  const check = "agent.connected";
  if ("problem" in agent)
    return fail(check, "the agent does not run, so nothing is known of its stream", START);
  const { server, connected, refused } = agent.is;
  if (refused !== undefined) {
    const next = `${refused.next}; then on this host: keyhold agent install --join-file FILE`;
    return fail(check, `${refused.reason}: labelled containers are not started`, next);
  }
  if (connected) return ok(check, `the stream to ${server} is open`);
  return fail(
    check,
    `the agent is not connected to ${server}: changes do not arrive, and labelled containers start with kept values or not at all`,
    "see the agent's log for the reason: journalctl -u keyhold-agent",
  );
}

function state({ keyFiles, stateSpace, places }: DoctorFacts): readonly Check[] {
  const open = keyFiles.filter(({ mode, uid }) => (mode & 0o077) !== 0 || uid !== 0);
  const permissions = "state.permissions";
  const [first] = open;
  return [
    first === undefined
      ? ok(permissions, `the key in ${places.stateDirectory} is root's alone`)
      : fail(
          permissions,
          `${open.map(({ path }) => path).join(", ")} can be read or changed by others`,
          `chown root:root ${first.path}; chmod go= ${first.path}; and if others use this host: revoke the node and enrol it again`,
        ),
    space("state.space", places.stateDirectory, stateSpace),
  ];
}

function space(check: string, path: string, found: DiskSpace | undefined): Check {
  if (found === undefined) return warn(check, `${path} is not there yet`, "start the agent, which makes it");
  const free = `${Math.floor(found.free / MEGABYTE)} MB are free for ${path}`;
  const next = `make room on that disk: df -h ${path}`;
  if (found.free < MEGABYTE) return fail(check, `${free}: a renewed certificate cannot be kept`, next);
  return found.free < 64 * MEGABYTE ? warn(check, free, next) : ok(check, free);
}
