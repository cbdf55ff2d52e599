import { dirname } from "node:path";
import { formatHelperSettings, RUNTIME_NAME } from "../../../runtime/helper-settings.ts";
import type { Change, Plan } from "./change.ts";
import { defaultRuntimeIn, readDaemonFile } from "./daemon-file.ts";
import { recordEdit } from "./edit.ts";
import type { HostFacts } from "./facts.ts";
import type { InstallWish } from "./install-wish.ts";
import type { Places } from "./places.ts";
import { clientRecord, type Edits, planEdits, whole } from "./planned-edits.ts";
import { formatRecord, type InstallRecord } from "./record.ts";
import { refuseUnfit } from "./refusals.ts";
import { unitText } from "./unit.ts";

/**
 * The steps of an installation, in an order in which a crash after any of them leaves a host that works: what was noted first, then
 * the agent, then whoever calls it. Pure.
 * @throws KeyholdError `precondition` for what has to be put right first; then nothing has changed
 */
export function planInstall(facts: HostFacts, wish: InstallWish): Plan {
  refuseUnfit(facts, wish);
  const isDefault = wish.isDefault || (facts.record?.isDefault ?? false);
  const edits = planEdits(facts, { ...wish, isDefault });
  const changes = [
    ...recordFirst(facts, { ...wish, isDefault }, edits),
    ...program(facts, wish),
    ...service(facts, wish),
    ...client(wish, edits),
    ...daemon(facts, { ...wish, isDefault }, edits),
  ];
  return { changes, notes: notesOn(facts, wish, edits) };
}

function recordFirst(facts: HostFacts, { places, isDefault }: InstallWish, edits: Edits): readonly Change[] {
  const before = facts.record?.directories ?? [];
  const directories = [...new Set([...before, ...facts.missing])].sort();
  const record: InstallRecord = {
    version: 1,
    places,
    isDefault,
    previousDefault: defaultRuntimeIn(places.dockerConfig, edits.daemon.before.text),
    directories,
    daemon: recordEdit(edits.daemon.before, edits.daemon.text),
    client: clientRecord(edits),
  };
  const modeOf = (path: string) =>
    [places.stateDirectory, dirname(places.clientConfig)].includes(path) ? 0o700 : 0o755;
  const needed = facts.missing.filter(
    (path) => path !== dirname(places.clientConfig) || record.client !== undefined,
  );
  return [
    { kind: "file", path: places.record, content: formatRecord(record), mode: 0o600 },
    ...needed.map((path) => ({ kind: "directory", path, mode: modeOf(path) }) as const),
  ];
}

function program(facts: HostFacts, { places, helper, realRuntime }: InstallWish): readonly Change[] {
  const dataRoot = facts.engine?.info.dataRoot ?? dataRootIn(places.dockerConfig, facts.daemon?.text);
  const { program: previous, args } = facts.previous;
  const runtime = realRuntime ?? previous;
  const settings = formatHelperSettings({
    socket: `${places.runDirectory}/runtime.sock`,
    dataRoot,
    ...(runtime === undefined ? {} : { runtime }),
    // Another program would not understand them.
    ...(runtime === previous ? { runtimeArgs: args } : {}),
  });
  return [
    // Settings first: without them the helper refuses every start.
    { kind: "file", path: `${places.helper}.conf`, content: Buffer.from(settings), mode: 0o644 },
    { kind: "file", path: places.helper, content: helper, mode: 0o755 },
  ];
}

function dataRootIn(path: string, text: string | undefined): string {
  const root = (readDaemonFile(path, text) as { "data-root"?: unknown })["data-root"];
  return typeof root === "string" ? root : "/var/lib/docker";
}

function service(facts: HostFacts, wish: InstallWish): readonly Change[] {
  const { places, joinToken } = wish;
  // A node that the control plane accepts has no use for it; a revoked one joins again with it.
  const token = facts.enrolled && facts.agentConnected ? undefined : joinToken;
  const unit = {
    kind: "file",
    path: places.unit,
    content: Buffer.from(unitText(places, wish)),
    mode: 0o644,
  } as const;
  return [
    ...(token === undefined
      ? []
      : [{ kind: "file", path: places.joinFile, content: Buffer.from(`${token}\n`), mode: 0o600 } as const]),
    unit,
    ...places.unitLinks.map((path) => ({ kind: "link", path, target: places.unit }) as const),
    ...(facts.systemd ? startUnit(facts, places, token !== undefined) : []),
  ];
}

/** A running agent is restarted for the new unit; containers go on meanwhile. */
function startUnit(facts: HostFacts, { unitName }: Places, hasToken: boolean): readonly Change[] {
  const reload = { kind: "systemctl", words: ["daemon-reload"] } as const;
  if (!facts.enrolled && !hasToken) return [reload];
  return [reload, { kind: "systemctl", words: [facts.unitActive ? "restart" : "start", unitName] }];
}

function client({ places, credentialHelper }: InstallWish, { client }: Edits): readonly Change[] {
  const words = [...credentialHelper, "--socket", `${places.runDirectory}/agent.sock`];
  const script = `#!/bin/sh\n# Written by: keyhold agent install\nexec ${words.map(quoted).join(" ")} "$@"\n`;
  return [
    { kind: "file", path: places.credentialHelper, content: Buffer.from(script), mode: 0o755 },
    ...whole(
      places.clientConfig,
      { text: client.text, modified: undefined },
      0o600,
      client.before.text !== undefined,
    ),
  ];
}

function daemon(facts: HostFacts, { places, isDefault }: InstallWish, { daemon }: Edits): readonly Change[] {
  const file = whole(places.dockerConfig, { text: daemon.text, modified: undefined }, 0o644, true);
  const { engine } = facts;
  if (engine?.process === undefined) return file;
  const { helper, dockerSocket: socket } = places;
  const { info, process } = engine;
  const knows =
    info.runtimes[RUNTIME_NAME] === helper && (!isDefault || info.defaultRuntime === RUNTIME_NAME);
  if (knows && facts.daemon?.text === daemon.text) return file;
  const { text, modified } = facts.daemon ?? {};
  const isChanged = text !== daemon.text;
  const before = isChanged ? { before: { path: places.dockerConfig, text, modified } } : {};
  return [...file, { kind: "reload", pid: process.pid, socket, helper, isDefault, ...before }];
}

function notesOn(
  facts: HostFacts,
  { places, joinToken, realRuntime, server }: InstallWish,
  { client }: Edits,
): readonly string[] {
  const { engine, systemd, enrolled, registries, previous } = facts;
  const first =
    enrolled && joinToken === undefined
      ? ""
      : ` --server ${server ?? "HOST:PORT"} --join-file ${places.joinFile}`;
  const start = `keyhold agent start${first} --state ${places.stateDirectory} --run-dir ${places.runDirectory} --docker-socket ${places.dockerSocket}`;
  return [
    ...(realRuntime === undefined && previous.name !== "runc"
      ? [`keyhold runs containers with ${previous.name} (${previous.program}), the engine's default before.`]
      : []),
    ...(realRuntime !== undefined && realRuntime !== previous.program && previous.name !== "runc"
      ? [`Containers run with ${realRuntime} in place of ${previous.name}, the engine's default before.`]
      : []),
    ...(engine === undefined
      ? [`The engine at ${places.dockerSocket} is not running: it learns of the runtime at its next start.`]
      : []),
    ...(systemd
      ? []
      : [
          `systemd does not run here: ${places.unit} is for the next boot. Start the agent yourself: ${start}`,
        ]),
    ...(enrolled || joinToken !== undefined
      ? []
      : [
          "This host is not enrolled yet: make a token (keyhold node join-token), then: keyhold agent install --server HOST:PORT --join-file FILE",
        ]),
    ...(enrolled && facts.agentConnected && joinToken !== undefined
      ? ["This host is enrolled already, and its agent is connected: the join token is not used."]
      : []),
    ...(registries === undefined
      ? [
          "The registries of this node's projects are not known yet: run this again when its agent is connected.",
        ]
      : []),
    ...client.taken.map(
      (key) => `${places.clientConfig} names another credential helper for ${key}, which was left as it is.`,
    ),
  ];
}

function quoted(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
