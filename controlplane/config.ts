import { readFileSync } from "node:fs";
import { z } from "zod";
import { KeyholdError, messageOf, systemCodeOf } from "../common/errors.ts";
import { isHost, parseListen } from "../common/listen-address.ts";
import { oidcFlags, oidcProblems } from "./identity/oidc/flags.ts";
import { KEY_PLACE } from "./keys/keyring-document.ts";

export { type KmsFlags, parseKmsFlags } from "./keys/kms-flags.ts";

const listenAddress = (flag: string, fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((text, context) => {
      const address = parseListen(text);
      if (address !== undefined) return address;
      const message = `${flag} ${JSON.stringify(text)} is not HOST:PORT, like ${fallback} or [::1]:7443`;
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    });

/** The flags of `keyhold server start`, by the names the command line gives them. */
const schema = z.strictObject({
  dataDirectory: z
    .string()
    .min(1, "--data is empty")
    .refine((path) => !path.includes("\0"), "--data contains a NUL byte")
    .describe("keys, certificates, the owner's token and the embedded database"),
  databaseUrl: z
    .string()
    .optional()
    .refine(
      (url) => url === undefined || /^postgres(ql)?:\/\//.test(url),
      "--database-url has to start with postgres://",
    )
    .describe("a PostgreSQL database in place of the embedded one"),
  apiListen: listenAddress("--api-listen", "127.0.0.1:7443").describe(
    "gRPC with TLS, for people and programs",
  ),
  nodeListen: listenAddress("--node-listen", "127.0.0.1:7444").describe("gRPC with mTLS, for agents"),
  httpListen: listenAddress("--http-listen", "127.0.0.1:7480").describe("JSON API and health checks"),
  names: z
    .array(z.string().refine(isHost, "--name has to be a DNS name or an IP address"))
    .max(100, "--name can be given 100 times at most")
    .default([])
    .describe("names and addresses by which the server is reached, for its certificate"),
  ...oidcFlags,
  startNew: z
    .boolean()
    .default(false)
    .describe("begin anew where an earlier server's database is missing or empty"),
  rootKey: KEY_PLACE.optional().describe("where the root key is to be, as parseKmsFlags says"),
});

export type ServerFlags = z.input<typeof schema>;
export type ServerConfig = z.output<typeof schema>;

/**
 * Checks what the command line gave.
 * @throws KeyholdError `invalid` that names every problem at once
 */
export function parseServerConfig(
  flags: ServerFlags,
  environment: Readonly<NodeJS.ProcessEnv> = process.env,
): ServerConfig {
  const databaseUrl = flags.databaseUrl ?? databaseUrlOf(environment);
  const parsed = schema.safeParse({ ...flags, databaseUrl });
  if (!parsed.success) throw invalid(parsed.error.issues.map(sentence));
  const unclear = oidcProblems(parsed.data, parsed.data.httpListen.host);
  if (unclear.length > 0) throw invalid(unclear);
  const clash = sharedPort(parsed.data);
  if (clash !== undefined) throw invalid([clash]);
  return parsed.data;
}

/** A URL with a password: a command line can be read by everybody on the machine, an environment or a file cannot. */
function databaseUrlOf(environment: Readonly<NodeJS.ProcessEnv>): string | undefined {
  const { KEYHOLD_DATABASE_URL: url, KEYHOLD_DATABASE_URL_FILE: file } = environment;
  if (url !== undefined && url !== "") return url;
  if (file === undefined || file === "") return undefined;
  try {
    return readFileSync(file, "utf8").trim();
  } catch (thrown) {
    throw new KeyholdError({
      code: "invalid",
      message: `KEYHOLD_DATABASE_URL_FILE names ${file}, which cannot be read: ${systemCodeOf(thrown) ?? messageOf(thrown)}`,
      next: "give the path of a file that holds postgres://… and can be read by this user",
    });
  }
}

/** Where the server keeps its data if nobody says: beside what the system's services keep for root, else the user's own. */
export function defaultDataDirectory(user: {
  readonly isRoot: boolean;
  readonly home: string;
  readonly xdgDataHome?: string | undefined;
}): string {
  if (user.isRoot) return "/var/lib/keyhold/server";
  const base = user.xdgDataHome?.startsWith("/") === true ? user.xdgDataHome : `${user.home}/.local/share`;
  return `${base}/keyhold/server`;
}

function sharedPort(config: ServerConfig): string | undefined {
  const used = new Map<string, string>();
  for (const [flag, { host, port }] of [
    ["--api-listen", config.apiListen],
    ["--node-listen", config.nodeListen],
    ["--http-listen", config.httpListen],
  ] as const) {
    const address = `${host}:${port}`;
    const other = used.get(address);
    if (port !== 0 && other !== undefined) return `${other} and ${flag} are both ${address}`;
    used.set(address, flag);
  }
  return undefined;
}

function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code === "custom") return issue.message;
  return issue.path.length === 0 ? issue.message : `${issue.path.join(".")}: ${issue.message}`;
}

function invalid(problems: readonly string[]): KeyholdError {
  return new KeyholdError({
    code: "invalid",
    message: problems.join("; "),
    next: "see: keyhold server start --help",
  });
}
