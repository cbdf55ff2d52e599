import { Command } from "commander";
import { KeyholdError } from "../../../common/errors.ts";
import { shortName } from "../../../common/resource-name.ts";
import type { RolloutStatus__Output } from "../../../proto/gen/keyhold/v1/RolloutStatus.ts";
import type { Api } from "../../api/api.ts";
import { type Cli, withApi } from "../../cli.ts";
import { parseDuration } from "../../input/duration.ts";
import { parseSecret } from "../../input/names.ts";
import { parseCount } from "../../input/numbers.ts";
import { Progress } from "../../output/progress.ts";
import { withExamples } from "../examples.ts";
import { asides, containerWords, listed, stateWord, summaryOf } from "./rollout-words.ts";

/** A rollout that takes longer is looked at by a person. */
const USUAL_TIMEOUT = "5m";

/** What is waited for. */
interface Wanted {
  /** Resource name of the secret. */
  readonly secret: string;
  /** 0: that it is deleted. */
  readonly version: number;
  /** As it was given: `5m`. */
  readonly timeout: string | undefined;
}

export interface WaitOptions {
  readonly wait?: true;
  readonly timeout?: string;
}

/** For commands that write: `--wait` and `--timeout`. */
export function withWaitOptions(command: Command): Command {
  return command
    .option("--wait", "return only when every running container that uses it has it and is healthy")
    .option("--timeout <duration>", `with --wait: how long at most (default: ${USUAL_TIMEOUT})`);
}

/**
 * Before anything is written.
 * @throws KeyholdError `invalid`
 */
export function checkWaitOptions({ wait, timeout }: WaitOptions): void {
  if (timeout === undefined) return;
  parseDuration(timeout, "--timeout");
  if (wait === true) return;
  throw new KeyholdError({
    code: "invalid",
    field: "--timeout",
    message: "--timeout says how long to wait, and nothing is waited for",
    next: "give --wait as well, or leave --timeout out",
  });
}

export function waitCommand(cli: Cli): Command {
  const wait = new Command("wait")
    .description(
      "wait until every running container that uses a secret is healthy with a version of it, or a newer one",
    )
    .argument("<scope>", "where it is stored, such as acme/projects/web")
    .argument("[name]", "such as DB_PASSWORD")
    .option("--version <number>", "the version (default: the newest)")
    .option("--timeout <duration>", "how long at most", USUAL_TIMEOUT)
    .action(async (scope: string, id: string | undefined, options: { version?: string; timeout: string }) => {
      const { name: secret } = parseSecret(scope, id);
      parseDuration(options.timeout, "--timeout");
      const asked = options.version === undefined ? undefined : parseVersion(options.version);
      const status = await withApi(cli, async (api) => {
        const version = asked ?? (await api.call("RolloutService", "GetRolloutStatus", { secret })).version;
        return waitFor(cli, api, { secret, version, timeout: options.timeout });
      });
      if (cli.printer.isJson) cli.printer.json(statusForPrograms(status));
    });
  return withExamples(
    wait,
    "keyhold rollout wait acme/projects/web DB_PASSWORD",
    "keyhold rollout wait acme/projects/web DB_PASSWORD --version 7 --timeout 10m",
  );
}

function parseVersion(text: string): number {
  return parseCount(text, "--version", { from: 1, to: Number.MAX_SAFE_INTEGER });
}

/**
 * Waits with a progress bar, and says at the end who has it and who has not.
 * @throws KeyholdError `conflict` if the rollout halts, `timeout`, and what the API answers else
 */
async function waitFor(cli: Cli, api: Api, wanted: Wanted): Promise<RolloutStatus__Output> {
  const progress = new Progress(cli.surroundings.stderr, cli.printer.isJson);
  const timeout = parseDuration(wanted.timeout ?? USUAL_TIMEOUT, "--timeout") * 1000;
  const request = { secret: wanted.secret, version: wanted.version };
  let last: RolloutStatus__Output | undefined;
  try {
    for await (const status of api.stream("RolloutService", "WaitRollout", request, timeout)) {
      last = status;
      progress.show(status.delivered, status.affected, sentenceOf(status, wanted.version));
    }
  } catch (thrown) {
    progress.end();
    throw explained(thrown, wanted, last);
  }
  if (last === undefined) throw new Error("the wait ended without an answer");
  progress.end(summaryOf(last, wanted.version));
  for (const aside of [...superseded(last, wanted.version), ...asides(last)]) cli.printer.note(`  ${aside}`);
  return last;
}

/**
 * What a command that writes says at its end: what it did, and with `--wait` how that went. A program gets one object, also if the
 * wait fails: the write was done.
 */
export async function doneWhenDelivered(
  cli: Cli,
  api: Api,
  done: {
    readonly sentence: string;
    readonly result: object;
    readonly secret: string;
    readonly version: number;
    readonly options: WaitOptions;
  },
): Promise<void> {
  const { secret, version, options } = done;
  cli.printer.note(done.sentence);
  let rollout: object | undefined;
  try {
    if (options.wait === true)
      rollout = statusForPrograms(await waitFor(cli, api, { secret, version, timeout: options.timeout }));
  } finally {
    if (cli.printer.isJson) cli.printer.json({ ...done.result, rollout });
  }
}

/** With the states in the words of the command line. */
export function statusForPrograms(status: RolloutStatus__Output): object {
  const containers = status.containers.map((each) => ({ ...each, state: stateWord(each.state) }));
  return { ...status, containers };
}

function sentenceOf(status: RolloutStatus__Output, version: number): string {
  const open = openOnes(status, version).map((each) => `${containerWords(each)} is ${stateWord(each.state)}`);
  const summary = summaryOf(status, version);
  return open.length === 0 ? summary : `${summary}; ${listed(open)}`;
}

/** Who has this version may be without the one that was written meanwhile. */
function openOnes(
  { containers }: RolloutStatus__Output,
  wanted: number,
): RolloutStatus__Output["containers"] {
  return containers.filter(({ state, version }) => {
    const hasIt = wanted > 0 && version >= wanted;
    return state === "HALTED" || (!hasIt && (state === "PENDING" || state === "WAITING"));
  });
}

function superseded({ version: newest }: RolloutStatus__Output, version: number): string[] {
  if (newest > version && version > 0)
    return [`superseded by version ${newest}, which was written meanwhile`];
  return newest === 0 && version > 0 ? ["superseded: it was deleted meanwhile"] : [];
}

function explained(
  thrown: unknown,
  { secret, version, timeout }: Wanted,
  last?: RolloutStatus__Output,
): unknown {
  if (!(thrown instanceof KeyholdError)) return thrown;
  const { code, message, cause } = thrown;
  const name = shortName(secret);
  const again = `keyhold rollout wait ${name}${version === 0 ? "" : ` --version ${version}`}`;
  const next = `the change goes on meanwhile: see keyhold rollout status ${name}, or wait again: ${again}`;
  if (code === "unavailable") return new KeyholdError({ code, message, next, cause });
  if (code !== "timeout") return thrown;
  const state = last === undefined ? "nothing was heard" : sentenceOf(last, version);
  const limit = timeout ?? USUAL_TIMEOUT;
  return new KeyholdError({ code, message: `${name}: after ${limit} ${state}`, next, cause });
}
