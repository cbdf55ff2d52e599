import { KeyholdError } from "../../../../common/errors.ts";
import { flagOf } from "../api/engine-info.ts";
import type { FoundEngine, HostFacts } from "./facts.ts";
import type { InstallWish } from "./install-wish.ts";
import type { Places } from "./places.ts";
import type { Untrusted } from "./untrusted.ts";

/** @throws KeyholdError `precondition` for what has to be put right before anything can be installed; pure */
export function refuseUnfit(facts: HostFacts, { places, realRuntime, isDefault }: InstallWish): void {
  const { record, foreign, engine, untrusted } = facts;
  if (untrusted !== undefined) refuseUntrusted(untrusted);
  if (record !== undefined && record.places.dockerConfig !== places.dockerConfig) {
    throw unfit(
      `${places.library} is installed for the engine of ${record.places.dockerConfig} already`,
      "each engine has its own: name this one with --instance NAME",
    );
  }
  if (foreign[0] !== undefined) {
    throw unfit(`${foreign[0]} is there and was not written by keyhold`, "move it away, then try again");
  }
  const { problem } = facts.previous;
  if (realRuntime === undefined && problem !== undefined) {
    throw unfit(problem, "install it, or name the program that keyhold is to call with --real-runtime");
  }
  if (realRuntime === places.helper) {
    throw unfit(`${realRuntime} is keyhold's own helper`, "name the real runtime, such as /usr/sbin/runc");
  }
  if (engine !== undefined) refuseUnfitEngine(engine, places, isDefault);
}

/** Root would run the program at each boot and each docker pull: whoever can change the path would be root. */
function refuseUntrusted({ path, reason }: Untrusted): never {
  throw unfit(
    `root would run this program, and ${path} ${reason}`,
    "install from a release, or put the program where only root can write: chown -R root:root DIR && chmod -R go-w DIR, for each directory above it as well",
  );
}

/** dockerd refuses its whole file, at a reload and at its next start, if something stands both there and on its command line. */
function refuseUnfitEngine({ info, process }: FoundEngine, places: Places, isDefault: boolean): void {
  const { dockerConfig, dockerSocket } = places;
  if (info.rootless) {
    throw unfit(
      `the engine at ${dockerSocket} is rootless, and its containers cannot see the agent's tmpfs`,
      "install keyhold for an engine that runs as root",
    );
  }
  if (process === undefined) {
    throw unfit(
      `the engine at ${dockerSocket} is no dockerd of this machine, or not one that this user may see`,
      "run this on the engine's host, in its process namespace",
    );
  }
  const config = flagOf(process.argv, "--config-file") ?? "/etc/docker/daemon.json";
  if (config !== dockerConfig) {
    throw unfit(
      `the engine at ${dockerSocket} reads ${config}, not ${dockerConfig}`,
      `add --docker-config ${config}`,
    );
  }
  const clashing = ["--add-runtime", ...(isDefault ? ["--default-runtime"] : [])];
  const flag = clashing.find((each) => flagOf(process.argv, each) !== undefined);
  if (flag === undefined) return;
  throw unfit(
    `the engine is started with ${flag}, and refuses a daemon.json that says the same`,
    `move what ${flag} says into ${dockerConfig} and restart the engine without the flag, then try again`,
  );
}

function unfit(message: string, next: string): KeyholdError {
  return new KeyholdError({ code: "precondition", message, next });
}
