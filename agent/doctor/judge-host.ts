import { dirname } from "node:path";
import { helperKeys } from "../engine/docker/install/client-file.ts";
import { type Check, fail, ok, warn } from "./check.ts";
import type { DoctorFacts } from "./facts.ts";

const INSTALL = "put it right with: keyhold agent install";
const WANTED_OPTIONS = ["nosuid", "nodev", "noexec"];

/** The host around both: memory, core dumps, credential helper, service. Pure. */
export function judgeHost(facts: DoctorFacts): readonly Check[] {
  return [
    runDirectory(facts),
    runSpace(facts),
    coreDumps(facts),
    credentialHelper(facts),
    registries(facts),
    ...credentialProblems(facts),
    unit(facts),
  ];
}

function runDirectory({ runDirectory: { mount, mode }, places }: DoctorFacts): Check {
  const check = "run-dir.mount";
  const path = places.runDirectory;
  if (mount === undefined) {
    return fail(check, `no tmpfs is mounted on ${path}`, "start the agent, which mounts it");
  }
  if (mount.type !== "tmpfs" || mount.source !== "keyhold") {
    return fail(
      check,
      `${path} is a ${mount.type} that something else has mounted`,
      "choose another with --run-dir",
    );
  }
  const missing = WANTED_OPTIONS.filter((option) => !mount.options.includes(option));
  const remount = `mount -o remount,${WANTED_OPTIONS.join(",")} ${path}`;
  if (missing.length > 0) return fail(check, `the tmpfs on ${path} is not ${missing.join(", ")}`, remount);
  if ((mode & 0o077) !== 0) return fail(check, `${path} is open to other users`, `chmod 700 ${path}`);
  return ok(check, `${path} is a tmpfs of its own: ${WANTED_OPTIONS.join(", ")}, root's alone`);
}

function runSpace({ runDirectory: { mount, space }, places }: DoctorFacts): Check {
  const check = "run-dir.space";
  if (mount === undefined || space === undefined) {
    return warn(check, `nothing is mounted on ${places.runDirectory}`, "start the agent");
  }
  const percent = Math.floor((100 * space.free) / Math.max(1, space.total));
  const reason = `${percent} % of ${places.runDirectory} are free`;
  const next = `remove containers that are not needed, or give it more: mount -o remount,size=512M ${places.runDirectory}`;
  if (percent >= 20) return ok(check, reason);
  return percent >= 5
    ? warn(check, reason, next)
    : fail(check, `${reason}: starts are refused when it is full`, next);
}

/** A handler behind a pipe is called whatever the limit; systemd's keeps to it, and a dump without memory tells nothing. */
function coreDumps({ coreDumps: { pattern, limit, filter } }: DoctorFacts): Check {
  const check = "host.core-dumps";
  if (limit === undefined)
    return ok(check, `the agent does not run; the kernel writes core dumps to ${pattern}`);
  const handler = pattern.startsWith("|") && !pattern.includes("systemd-coredump");
  const isEmpty = filter !== undefined && /^0+$/.test(filter);
  if (isEmpty || (limit === "0" && !handler))
    return ok(check, "the agent leaves no core dump with its memory");
  if (handler) {
    return warn(
      check,
      `the kernel hands core dumps to ${pattern.slice(1)}, also the agent's, with the values in its memory`,
      "set kernel.core_pattern to core, or to systemd-coredump: sysctl -w kernel.core_pattern=core",
    );
  }
  return warn(
    check,
    `the agent may leave a core dump (limit ${limit}) with the values in its memory`,
    "start it by its unit (LimitCORE=0), or after: ulimit -c 0",
  );
}

function credentialHelper({ credentials, places }: DoctorFacts): Check {
  const check = "credentials.helper";
  if (!credentials.isInstalled) {
    return warn(
      check,
      `there is no ${places.credentialHelper}: docker pull on this host has no credentials`,
      INSTALL,
    );
  }
  if (!credentials.isOnPath) {
    const directory = dirname(places.credentialHelper);
    return warn(
      check,
      `${directory} is not on PATH, so Docker does not find the helper there`,
      `add ${directory} to PATH`,
    );
  }
  return ok(check, `${places.credentialHelper} is in place`);
}

function registries({ credentials: { configured, known }, places }: DoctorFacts): Check {
  const check = "credentials.registries";
  if ("problem" in configured) {
    return fail(check, configured.problem, `correct ${places.clientConfig} by hand`);
  }
  if (known === undefined) {
    return warn(
      check,
      "the registries of this node's projects are not known",
      "see that the agent is up and connected",
    );
  }
  const missing = helperKeys(known).filter((key) => !configured.is.includes(key));
  if (missing.length === 0)
    return ok(check, `the host's Docker client asks keyhold for ${known.length} registries`);
  return warn(
    check,
    `${places.clientConfig} does not ask keyhold for ${missing.join(", ")}`,
    "add them with: keyhold agent install",
  );
}

function credentialProblems({ agent }: DoctorFacts): readonly Check[] {
  if ("problem" in agent) return [];
  const check = "credentials.projects";
  const { projects, problems } = agent.is;
  if (problems.length === 0) return [ok(check, `${projects.length} projects are resolved for this host`)];
  return problems.map((problem) => fail(check, problem, "then try again: docker-credential-keyhold list"));
}

function unit({ unit: { text, isEnabled, systemd }, places }: DoctorFacts): Check {
  const check = "host.unit";
  if (text === undefined) {
    return warn(check, `there is no ${places.unit}: the agent does not come up with the machine`, INSTALL);
  }
  if (!/^Before=.*\bdocker\.service\b/m.test(text)) {
    return fail(
      check,
      `${places.unit} is not ordered before docker.service: at boot, labelled containers come too early`,
      INSTALL,
    );
  }
  if (!isEnabled)
    return warn(check, `${places.unitName} is not enabled`, `systemctl enable ${places.unitName}`);
  if (systemd) return ok(check, `${places.unitName} starts before docker.service`);
  return warn(
    check,
    `${places.unitName} is in place, but systemd does not run here`,
    "have whatever supervises this host start the agent before the engine",
  );
}
