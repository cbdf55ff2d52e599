import { parseArgs } from "node:util";
import { KeyholdError, messageOf } from "../../common/errors.ts";

export interface StartOptions {
  /** Tell the story, check it, stop. */
  readonly once: boolean;
  /** A Docker Engine of the user's instead of a private one. */
  readonly dockerSocket: string | undefined;
}

export const USAGE = `npm start                              control plane, agent, engine and a sample container; stays up until Ctrl-C
npm start -- --once                    tells the whole story, checks every claim, stops
npm start -- --docker-socket SOCKET    uses this Docker Engine instead of a private one (its daemon.json gets the runtime
                                       "keyhold" for the time being)
`;

/** @throws KeyholdError `invalid` */
export function parseArguments(args: readonly string[]): StartOptions | "help" {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        once: { type: "boolean" },
        "docker-socket": { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
    if (values.help === true) return "help";
    return { once: values.once === true, dockerSocket: values["docker-socket"] };
  } catch (thrown) {
    throw new KeyholdError({
      code: "invalid",
      message: messageOf(thrown).split(". ")[0] ?? "the arguments are not understood",
      next: "see: npm start -- --help",
    });
  }
}
