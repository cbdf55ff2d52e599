import { KeyholdError } from "../../../../common/errors.ts";
import { RUNTIME_NAME } from "../../../runtime/helper-settings.ts";
import type { Change, Plan } from "./change.ts";
import { withoutHelpers } from "./client-file.ts";
import { forgettingText, withoutRuntime } from "./daemon-file.ts";
import { recordEdit, type Undone, undoEdit } from "./edit.ts";
import type { HostFacts } from "./facts.ts";
import type { Places } from "./places.ts";
import { whole } from "./planned-edits.ts";
import { formatRecord, type InstallRecord } from "./record.ts";

export interface UninstallWish {
  readonly places: Places;
  /** Go on although containers were made for our runtime. */
  readonly force: boolean;
}

/**
 * The steps that take an installation away: first whoever calls the agent, then the agent, last what was noted. A crash after any of
 * them leaves what the next run needs. Without anything noted, what is ours by its name and content goes. Pure.
 * @throws KeyholdError `precondition` where containers still need the runtime, naming them
 */
export function planUninstall(facts: HostFacts, { places, force }: UninstallWish): Plan {
  const { running, stopped } = containersOf(facts, places);
  if (!force && running.length + stopped.length > 0) throw inUse(running, stopped);
  const keepsHelper = running.length > 0;
  const changes = [
    ...client(facts, places),
    ...daemon(facts, places),
    ...service(facts, places),
    ...(keepsHelper ? [] : program(facts, places)),
  ];
  const kept = keepsHelper
    ? [
        `${places.helper} stays, because ${running.join(", ")} cannot be stopped without it: run this again when they have ended.`,
      ]
    : [];
  return { changes, notes: [...kept, ...notesOn(facts, places)] };
}

interface Needing {
  readonly running: readonly string[];
  readonly stopped: readonly string[];
}

/** Those of an engine that has our helper: another installation's runtime has the same name. */
function containersOf({ engine }: HostFacts, { helper }: Places): Needing {
  if (engine === undefined || engine.info.runtimes[RUNTIME_NAME] !== helper)
    return { running: [], stopped: [] };
  const ours = engine.containers.filter((each) => each.runtime === RUNTIME_NAME);
  const names = (running: boolean) =>
    ours.filter((each) => each.running === running).map((each) => each.name);
  return { running: names(true), stopped: names(false) };
}

function inUse(running: readonly string[], stopped: readonly string[]): KeyholdError {
  const parts = [
    ...(running.length === 0 ? [] : [`${running.join(", ")} (running)`]),
    ...(stopped.length === 0 ? [] : [`${stopped.join(", ")} (stopped)`]),
  ];
  return new KeyholdError({
    code: "precondition",
    message: `containers were made for the runtime ${RUNTIME_NAME}: ${parts.join("; ")}`,
    next: "remove them (docker rm), or make them again without it; or use --force, and they cannot be started any more",
  });
}

function client(
  { client, record }: HostFacts,
  { clientConfig, credentialName, credentialHelper }: Places,
): readonly Change[] {
  const undone = undoEdit(client, record?.client, (text) =>
    withoutHelpers(clientConfig, text, credentialName),
  );
  const changed = undone.text !== client?.text;
  return [
    ...(changed ? whole(clientConfig, undone, 0o600, true) : []),
    { kind: "remove", path: credentialHelper },
  ];
}

function daemon(facts: HostFacts, places: Places): readonly Change[] {
  const { dockerConfig, helper, dockerSocket: socket } = places;
  const { record, engine } = facts;
  const undone = undoEdit(facts.daemon, record?.daemon, (text) =>
    withoutRuntime(dockerConfig, text, helper, record?.previousDefault),
  );
  const final = undone.text === facts.daemon?.text ? [] : whole(dockerConfig, undone, 0o644, true);
  if (engine?.process === undefined || engine.info.runtimes[RUNTIME_NAME] !== helper) return final;
  const text = forgettingText(dockerConfig, undone.text);
  return [
    ...noteForgetting(record, undone, text),
    { kind: "file", path: dockerConfig, content: Buffer.from(text) },
    { kind: "reload", pid: engine.process.pid, socket, helper: undefined, isDefault: false },
    ...whole(dockerConfig, undone, 0o644, true),
  ];
}

/** A crash while that text is there must not make it the file that one had. */
function noteForgetting(record: InstallRecord | undefined, before: Undone, text: string): readonly Change[] {
  if (record === undefined) return [];
  const content = formatRecord({ ...record, daemon: recordEdit(before, text) });
  return [{ kind: "file", path: record.places.record, content, mode: 0o600 }];
}

function service(facts: HostFacts, places: Places): readonly Change[] {
  const { unit, unitName, unitLinks, runDirectory, joinFile } = places;
  return [
    ...(facts.systemd && facts.unitActive ? [{ kind: "systemctl", words: ["stop", unitName] } as const] : []),
    ...unitLinks.map((path) => ({ kind: "remove", path }) as const),
    { kind: "remove", path: unit },
    ...(facts.systemd ? [{ kind: "systemctl", words: ["daemon-reload"] } as const] : []),
    ...(isServedByHand(facts) ? [] : release(runDirectory)),
    { kind: "remove", path: joinFile },
  ];
}

function program({ record }: HostFacts, { helper, record: file, library }: Places): readonly Change[] {
  const paths = [...new Set([...(record?.directories ?? []), library])].sort().reverse();
  return [
    { kind: "remove", path: helper },
    { kind: "remove", path: `${helper}.conf` },
    { kind: "remove-directories", paths, file },
  ];
}

/** With the lock that its agents leave beside it. */
function release(runDirectory: string): readonly Change[] {
  return [
    { kind: "release", path: runDirectory },
    { kind: "remove", path: `${runDirectory}.lock` },
  ];
}

/** An agent that no unit started is not ours to end. */
function isServedByHand({ agentAnswers, systemd, unitActive }: HostFacts): boolean {
  return agentAnswers && !(systemd && unitActive);
}

function notesOn(facts: HostFacts, { stateDirectory, runDirectory }: Places): readonly string[] {
  return [
    ...(isServedByHand(facts)
      ? [`An agent still runs on ${runDirectory}: end it, then run this again.`]
      : []),
    ...(facts.enrolled
      ? [
          `The node's identity stays in ${stateDirectory}. To give it up: keyhold node revoke NODE, then remove that directory.`,
        ]
      : []),
  ];
}
