import { parseRequest } from "../../agent/watch/labels.ts";
import type { InjectionRequest } from "../../agent/watch/request.ts";
import { KeyholdError } from "../../common/errors.ts";
import { obeyedBy } from "../../common/workload/code-variables.ts";
import { isReservedVariable, isVariableName } from "../../common/workload/names.ts";
import { hasReference } from "../../common/workload/references.ts";

/** What stands before the `--` of `keyhold run`. */
export interface RunOptions {
  /** `acme/ws-1` */
  readonly workspace?: string;
  /** `acme/web` */
  readonly project?: string;
  /** `A,B,C?` */
  readonly secrets?: string;
  /** `VAR=NAME`, or `NAME` for the variable of that name; one for each option. */
  readonly env: readonly string[];
}

/**
 * What a host process asks for. The options are a container's labels under shorter names, so the labels' own reader checks them.
 * @throws KeyholdError `invalid`, in the words of the command line
 */
export function parseRunRequest(options: RunOptions): InjectionRequest {
  const labels = labelsOf(options);
  const target = options.workspace ?? options.project;
  const request = target === undefined ? undefined : inWordsOfOptions(() => parseRequest(labels));
  if (request !== undefined) return request;
  throw usage(
    "neither --workspace nor --project says whose secrets are meant",
    "write --workspace acme/ws-1",
  );
}

/**
 * The variables that an option sets to a text with references in it: `URL=postgres://app:${secret:DB|url}@db`.
 * @throws KeyholdError `invalid` for a name that no variable can have, or a reserved one
 */
export function referencesIn({ env }: Pick<RunOptions, "env">): readonly string[] {
  return env.filter((entry) => {
    const [variable, text] = split(entry);
    if (text === undefined || !hasReference(text)) return false;
    if (isVariableName(variable) && !isReservedVariable(variable)) return true;
    throw usage(`--env ${variable}=… does not name a variable that can be set`, "choose another name");
  });
}

/**
 * Errors of planning speak of a container and its labels; here both are something else.
 * @param task throws KeyholdErrors about the container {@link HOST_PROCESS}
 */
export function inWordsOfOptions<T>(task: () => T): T {
  try {
    return task();
  } catch (thrown) {
    if (!(thrown instanceof KeyholdError)) throw thrown;
    const { code, message, next, retryable, field } = thrown;
    throw new KeyholdError({
      code,
      message: reworded(message),
      next: next === undefined ? undefined : reworded(next),
      retryable,
      field,
      cause: thrown,
    });
  }
}

/** Stands for the container's name in what is planned. */
export const HOST_PROCESS = "host-process";

function labelsOf({ workspace, project, secrets, env }: RunOptions): Readonly<Record<string, string>> {
  const labels: Record<string, string> = {};
  if (workspace !== undefined) labels["keyhold.workspace"] = workspace;
  if (project !== undefined) labels["keyhold.project"] = project;
  if (secrets !== undefined) labels["keyhold.secrets"] = secrets;
  for (const alias of env) {
    const [variable, name] = split(alias);
    if (hasReference(name)) continue;
    const label = `keyhold.env.${variable}`;
    if (label in labels) throw usage(`--env ${variable}=… is given twice`, "give each variable once");
    labels[label] = name;
  }
  return labels;
}

/** `--env NAME` is `--env NAME=NAME`. What stands behind the `=` may be a value, given by mistake: it is never repeated. */
function split(alias: string): readonly [string, string] {
  const at = alias.indexOf("=");
  return at < 0 ? [alias, alias] : [alias.slice(0, at), alias.slice(at + 1)];
}

/**
 * Refuses variables that make programs run code, unless the caller has named them: whoever may write a secret would run code as the
 * caller. See common/workload/code-variables.ts.
 * @param variables that the command would be given
 * @throws KeyholdError `precondition` that names each of them
 */
export function refuseCode(variables: readonly string[], { env }: Pick<RunOptions, "env">): void {
  const named = new Set(env.map((alias) => split(alias)[0]));
  const found = variables.flatMap((name) => {
    const by = named.has(name) ? undefined : obeyedBy(name);
    return by === undefined ? [] : [{ name, by }];
  });
  if (found.length === 0) return;
  const flags = found.map(({ name }) => `--env ${name}`).join(" ");
  throw new KeyholdError({
    code: "precondition",
    message: `${found.map(({ name, by }) => `secret ${name} would be obeyed by ${by}`).join("; ")}: whoever writes it could run code as you`,
    next: `choose the secrets that the command needs with --secrets, or trust these with ${flags}`,
  });
}

function reworded(text: string): string {
  return (
    text
      // What follows may be a value, given by mistake.
      .replaceAll(/the label keyhold\.env\.([^\s=]+)="(?:[^"\\]|\\.)*"/g, "--env $1=…")
      .replaceAll(/(?:the )?labels? (?=keyhold\.)/g, "")
      .replaceAll("keyhold.env.", "--env ")
      .replaceAll(/\bkeyhold\.(?=workspace|project|secrets)/g, "--")
      .replaceAll(/without the label/g, "without it")
      .replaceAll(`for container ${HOST_PROCESS}`, "for the command")
      .replaceAll(` of container ${HOST_PROCESS}`, "")
      .replaceAll(`container ${HOST_PROCESS}`, "the command")
      .replaceAll("clients in the container", "clients")
      .replaceAll("the container", "the command")
  );
}

function usage(message: string, next: string): KeyholdError {
  return new KeyholdError({ code: "invalid", message, next: `${next}; see keyhold run --help` });
}
