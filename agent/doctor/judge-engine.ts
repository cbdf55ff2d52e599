import { flagOf } from "../engine/docker/api/engine-info.ts";
import { RUNTIME_NAME } from "../runtime/helper-settings.ts";
import { isLabelled } from "../watch/labels.ts";
import { LABEL_LEVELS } from "../watch/unlabelled-check.ts";
import { type Check, fail, ok, warn } from "./check.ts";
import type { DoctorFacts } from "./facts.ts";

const OLDEST_API = [1, 41] as const;
const INSTALL = "put it right with: keyhold agent install";

/** The engine, and whether it calls us. Pure. */
export function judgeEngine(facts: DoctorFacts): readonly Check[] {
  const { engine } = facts;
  if ("problem" in engine) {
    const next = "start it (systemctl start docker), or name another socket with --docker-socket";
    return [fail("engine.reachable", engine.problem, next), helper(facts)];
  }
  return [
    reachable(facts),
    cgroup(facts),
    runtime(facts),
    helper(facts),
    settings(facts),
    started(facts),
    execRoot(facts),
  ];
}

function infoOf({ engine }: DoctorFacts) {
  if ("problem" in engine) throw new Error("asked only of an engine that answers");
  return engine.is;
}

function reachable(facts: DoctorFacts): Check {
  const check = "engine.reachable";
  const { version, apiVersion, rootless } = infoOf(facts);
  if (rootless) {
    const reason = `the engine ${version} is rootless: its containers cannot see the agent's tmpfs`;
    return fail(check, reason, "use an engine that runs as root");
  }
  const [major = 0, minor = 0] = apiVersion.split(".").map(Number);
  const isOld = major < OLDEST_API[0] || (major === OLDEST_API[0] && minor < OLDEST_API[1]);
  if (!isOld) return ok(check, `Docker Engine ${version}, API ${apiVersion}`);
  return fail(
    check,
    `Docker Engine ${version} speaks API ${apiVersion}, keyhold needs ${OLDEST_API.join(".")}`,
    "update it to 20.10 or newer",
  );
}

function cgroup(facts: DoctorFacts): Check {
  const { cgroup } = infoOf(facts);
  if (!/none/.test(cgroup)) return ok("engine.cgroup", `control groups ${cgroup}`);
  return warn(
    "engine.cgroup",
    `control groups ${cgroup}: containers cannot be limited, and a container that fills memory takes the agent along`,
    "mount control groups before the engine starts",
  );
}

function runtime(facts: DoctorFacts): Check {
  const check = "engine.runtime";
  const { places, daemonText, engineProcess } = facts;
  const { runtimes } = infoOf(facts);
  const path = runtimes[RUNTIME_NAME];
  if (path === places.helper && daemonText?.includes(path)) {
    return ok(check, `the engine calls ${path} for the runtime ${RUNTIME_NAME}`);
  }
  if (path === places.helper) {
    const reason = `the engine has the runtime ${RUNTIME_NAME}, but ${places.dockerConfig} does not name it: after its next start it is gone`;
    return warn(check, reason, INSTALL);
  }
  if (path !== undefined) {
    const next = "name that installation with --prefix or --instance, or take the entry out of daemon.json";
    return fail(check, `the engine's runtime ${RUNTIME_NAME} is ${path}, not ${places.helper}`, next);
  }
  const config = flagOf(engineProcess?.argv ?? [], "--config-file");
  if (config !== undefined && config !== places.dockerConfig) {
    return fail(
      check,
      `the engine reads ${config}, not ${places.dockerConfig}`,
      `add --docker-config ${config}`,
    );
  }
  if (!daemonText?.includes(places.helper)) {
    return fail(check, `the engine has no runtime ${RUNTIME_NAME}`, INSTALL);
  }
  return fail(
    check,
    `${places.dockerConfig} names the runtime ${RUNTIME_NAME}, and the engine has not taken it up`,
    "reload the engine (systemctl reload docker), and see its log if it refuses the file",
  );
}

function helper({ helper, places }: DoctorFacts): Check {
  const check = "engine.helper";
  if (!helper.isThere)
    return fail(check, `there is no runtime helper ${places.helper} that can be run`, INSTALL);
  if (helper.isCurrent === false) {
    return warn(check, `${places.helper} is of another release than this command`, INSTALL);
  }
  return ok(check, `${places.helper} is in place`);
}

function settings(facts: DoctorFacts): Check {
  const check = "engine.helper-settings";
  const { places, helper } = facts;
  const wanted = [`socket=${places.runDirectory}/runtime.sock`, `data_root=${infoOf(facts).dataRoot}`];
  const missing = wanted.filter((line) => !helper.settings.includes(line));
  if (missing.length === 0) return ok(check, `${places.helper}.conf fits agent and engine`);
  return fail(check, `${places.helper}.conf does not say ${missing.join(", nor ")}`, INSTALL);
}

/** Nobody could refuse those: they run, and without their secrets. */
function started(facts: DoctorFacts): Check {
  const check = "engine.containers";
  const { containers } = facts;
  const labelled = containers.filter(({ labels }) => isLabelled(labels));
  const others = labelled.filter(({ runtime }) => runtime !== RUNTIME_NAME);
  if (others.length > 0) {
    const names = others.map(({ name, runtime }) => `${name} (${runtime})`).join(", ");
    return fail(
      check,
      `labelled containers were made for another runtime and run without their secrets: ${names}`,
      "make them again with --runtime keyhold, or make it the default: keyhold agent install --default-runtime",
    );
  }
  const isDefault = infoOf(facts).defaultRuntime === RUNTIME_NAME;
  const without = containers.filter(
    ({ labels, runtime }) => !isDefault && runtime === RUNTIME_NAME && !isLabelled(labels),
  );
  if (without.length > 0) {
    const names = without.map(({ name }) => name).join(", ");
    return warn(
      check,
      `containers were made for the runtime ${RUNTIME_NAME} and get no secrets, because they have no label that begins with keyhold.: ${names}`,
      LABEL_LEVELS,
    );
  }
  const how = isDefault
    ? "it is the default runtime"
    : "containers need --runtime keyhold beside their label";
  return ok(check, `${labelled.length} labelled containers, all under keyhold; ${how}`);
}

function execRoot({ execRootProblem }: DoctorFacts): Check {
  const check = "engine.exec-root";
  if (execRootProblem === undefined)
    return ok(check, "what the engine writes for the runtime stays in memory");
  return fail(check, execRootProblem, "start dockerd with --exec-root on a tmpfs, such as /run/docker");
}
