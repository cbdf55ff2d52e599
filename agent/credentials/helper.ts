import { KeyholdError } from "../../common/errors.ts";
import { VERSION } from "../../common/version.ts";
import type { askAgent } from "../credential-socket/ask.ts";

/** Docker's clients compare these texts: they are the protocol's own, from docker-credential-helpers. */
const NOT_FOUND = "credentials not found in native keychain";
const NO_SERVER = "no credentials server URL";
const NAME = "docker-credential-keyhold";

export interface HelperOutcome {
  /** For stdout, errors too: that is where the protocol has them. */
  readonly output: string;
  /**
   * For stderr: why there is no answer. `docker pull` ignores what a failed helper says on stdout, and goes on without credentials; a
   * helper's stderr is the terminal.
   */
  readonly complaint?: string;
  readonly code: 0 | 1;
}

export interface HelperRequest {
  readonly action: string | undefined;
  readonly input: () => Promise<string>;
  /** The agent's. */
  readonly socket: string;
  readonly ask: typeof askAgent;
}

/** Docker's credential-helper protocol: https://github.com/docker/docker-credential-helpers. Never throws. */
export async function serveHelper(request: HelperRequest): Promise<HelperOutcome> {
  try {
    return { output: await act(request), code: 0 };
  } catch (thrown) {
    const error = KeyholdError.from(thrown, NAME);
    if (error.code === "not-found") return { output: NOT_FOUND, code: 1 };
    const output = oneLine(error.describe());
    return request.action === "get"
      ? { output, complaint: `${NAME}: ${output}`, code: 1 }
      : { output, code: 1 };
  }
}

async function act({ action, input, socket, ask }: HelperRequest): Promise<string> {
  if (action === "get") {
    const registry = (await input()).trim();
    if (registry === "") throw new KeyholdError({ code: "invalid", message: NO_SERVER });
    const { username, secret } = await ask(socket, { ask: "get", registry }, "credential");
    return JSON.stringify({ ServerURL: registry, Username: username, Secret: secret });
  }
  if (action === "list") return JSON.stringify(await ask(socket, { ask: "list" }, "registries"));
  if (action === "version") return `${NAME} (keyhold) ${VERSION}`;
  if (action === "store" || action === "erase") throw refusedToWrite(action);
  throw new KeyholdError({ code: "invalid", message: `usage: ${NAME} <get|list|store|erase|version>` });
}

function refusedToWrite(action: "store" | "erase"): KeyholdError {
  const [what, how] =
    action === "store"
      ? ["stored", "keyhold secret set SCOPE NAME --kind registry --registry HOST --username USER"]
      : ["erased", "keyhold secret delete SCOPE NAME"];
  return new KeyholdError({
    code: "precondition",
    message: `credentials of this registry come from keyhold and are not ${what} by Docker`,
    next: `use: ${how}`,
  });
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}
