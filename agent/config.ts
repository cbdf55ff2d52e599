import { isAbsolute } from "node:path";
import { z } from "zod";
import { KeyholdError, messageOf } from "../common/errors.ts";
import { parseJoinToken } from "../common/join-token.ts";
import { parseListen } from "../common/listen-address.ts";
import { parseAddresses } from "./identity/address.ts";

/** A unix socket's path is at most 107 bytes, and ours has `/runtime.sock` behind the run directory. */
const RUN_DIRECTORY_BYTES = 107 - "/runtime.sock".length;

/** Applies a parser of ours, and blames the flag for what it finds. It must not repeat a secret in its message. */
const parsedBy = (flag: string, parse: (text: string) => unknown) =>
  z.string().superRefine((text, context) => {
    try {
      parse(text);
    } catch (thrown) {
      const message = messageOf(thrown);
      context.addIssue({
        code: "custom",
        message: message.startsWith(flag) ? message : `${flag}: ${message}`,
      });
    }
  });

const absolutePath = (flag: string) =>
  z
    .string()
    .refine(isAbsolute, `${flag} has to be an absolute path`)
    .refine((path) => !path.includes("\0"), `${flag} contains a NUL byte`);

/** The flags of `keyhold agent start`, by the names the command line gives them. */
const flags = z.strictObject({
  server: parsedBy("--server", (text) => parseAddresses(text, "--server"))
    .optional()
    .describe(
      "host:port[,host:port…] of the control plane's API port, of each of its servers; needed for the first start, then remembered",
    ),
  join: parsedBy("--join", parseJoinToken)
    .optional()
    .describe("a join token, for the first start, or to let a revoked node in again"),
  joinFile: absolutePath("--join-file")
    .optional()
    .describe("a file with the join token instead; removed once the token is used"),
  stateDirectory: absolutePath("--state")
    .default("/var/lib/keyhold")
    .describe("the node's key and certificate"),
  runDirectory: absolutePath("--run-dir")
    .refine(
      (path) => Buffer.byteLength(path) <= RUN_DIRECTORY_BYTES,
      `--run-dir is longer than ${RUN_DIRECTORY_BYTES} bytes, too long for the path of a socket in it`,
    )
    .default("/run/keyhold")
    .describe("a tmpfs of the agent's own: the files of containers, and the socket of the runtime helper"),
  dockerSocket: z
    .string()
    .transform((text) => text.replace(/^unix:\/\//, ""))
    .pipe(absolutePath("--docker-socket"))
    .default("/var/run/docker.sock")
    .describe("the engine's API; unix:// in front is fine"),
  metricsListen: z
    .string()
    .transform((text, context) => {
      const address = parseListen(text);
      if (address !== undefined) return address;
      const message = `--metrics-listen ${JSON.stringify(text)} is not HOST:PORT, like 127.0.0.1:7481`;
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    })
    .optional()
    .describe("serves GET /metrics there; without it nothing is served"),
});

const schema = flags.refine(({ join, joinFile }) => join === undefined || joinFile === undefined, {
  message: "--join and --join-file are both given, one is enough",
});

export type AgentFlags = z.input<typeof schema>;
export type AgentConfig = z.output<typeof schema>;

/**
 * Checks what the command line gave.
 * @throws KeyholdError `invalid` that names every problem at once
 */
export function parseAgentConfig(flags: AgentFlags): AgentConfig {
  const parsed = schema.safeParse(flags);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) =>
    issue.code === "custom" || issue.path.length === 0
      ? issue.message
      : `${issue.path.join(".")}: ${issue.message}`,
  );
  throw new KeyholdError({
    code: "invalid",
    message: problems.join("; "),
    next: "see: keyhold agent start --help",
  });
}
