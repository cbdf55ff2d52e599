import { resolve } from "node:path";
import { Command } from "commander";
import type { AgentFlags } from "../../../agent/config.ts";
import { untilSignal } from "../../../common/lifecycle.ts";
import { shortName } from "../../../common/resource-name.ts";
import type { Cli } from "../../cli.ts";
import { EXIT } from "../../exit-code.ts";
import { withExamples } from "../examples.ts";
import { installCommand, uninstallCommand } from "./agent-install.ts";

interface StartOptions {
  readonly server?: string;
  readonly join?: string;
  readonly joinFile?: string;
  readonly state?: string;
  readonly runDir?: string;
  readonly dockerSocket?: string;
  readonly metricsListen?: string;
}

/** `keyhold agent` */
export function agentCommand(cli: Cli): Command {
  const group = new Command("agent").description(
    "run the agent that injects secrets into containers of this Docker host",
  );
  group.addCommand(startCommand(cli));
  group.addCommand(installCommand(cli));
  group.addCommand(uninstallCommand(cli));
  return group;
}

const ABOUT_START = `
It runs as root until SIGINT (Ctrl-C) or SIGTERM; containers go on without it. A second signal ends it at once. --server and
a token are needed for the first start; what the host is then known by is kept in the state directory. --join shows the token to
every user of the host: on a shared one use --join-file, or KEYHOLD_JOIN_TOKEN. Log lines go to stderr.`;

function startCommand(cli: Cli): Command {
  const start = new Command("start")
    .description("run the agent of this Docker host")
    .option("--server <host:port>", "the control plane's API address, for the first start")
    .option("--join <token>", "a token of `keyhold node join-token`, for the first start")
    .option("--join-file <file>", "a file with the token instead; removed once the host is enrolled")
    .option("--state <dir>", "the node's key and certificate (default: /var/lib/keyhold)")
    .option(
      "--run-dir <dir>",
      "the files of containers, on a tmpfs of the agent's own (default: /run/keyhold)",
    )
    .option("--docker-socket <path>", "the Docker Engine's API (default: /var/run/docker.sock)")
    .option("--metrics-listen <host:port>", "serve GET /metrics for Prometheus there (default: nowhere)")
    .addHelpText("after", ABOUT_START)
    .action((options: StartOptions) => runAgent(cli, options));
  return withExamples(
    start,
    "keyhold agent start --server keyhold.example.com:7443 --join TOKEN",
    "keyhold agent start",
  );
}

async function runAgent(cli: Cli, options: StartOptions): Promise<void> {
  const { signals } = cli.surroundings;
  // Loaded here: no other command needs the Docker client.
  const [{ startAgent }, { parseAgentConfig }, { createLog }, { preventCoreDumps }] = await Promise.all([
    import("../../../agent/agent.ts"),
    import("../../../agent/config.ts"),
    import("../../../common/log.ts"),
    import("../../../common/core-dumps.ts"),
  ]);
  const config = parseAgentConfig({ ...flagsOf(options), ...tokenOf(options, cli) });
  const stop = untilSignal(signals, () => cli.surroundings.exit(EXIT.failed));
  const log = createLog({ level: "info", name: "keyhold-agent" });
  await preventCoreDumps(log);
  const agent = await startAgent(config, log);
  cli.printer.line(`The agent of ${shortName(agent.node)} is up. Ctrl-C ends it.`, { node: agent.node });
  await stop;
  await agent.close();
  // A question to the engine that is open still must not keep the next agent waiting.
  cli.surroundings.exit(EXIT.ok);
}

/** Without a flag the token may come from the environment, as a container's does. */
function tokenOf({ join, joinFile }: StartOptions, cli: Cli): Pick<AgentFlags, "join"> {
  const { joinToken } = cli.surroundings.environment;
  return join !== undefined || joinFile !== undefined || joinToken === undefined ? {} : { join: joinToken };
}

/** Paths are the caller's, so they are relative to where the caller is. What was not given is left to the agent's defaults. */
function flagsOf(options: StartOptions): AgentFlags {
  const { server, join, joinFile, state, runDir, dockerSocket, metricsListen } = options;
  return {
    ...(metricsListen === undefined ? {} : { metricsListen }),
    ...(server === undefined ? {} : { server }),
    ...(join === undefined ? {} : { join }),
    ...(joinFile === undefined ? {} : { joinFile: resolve(joinFile) }),
    ...(state === undefined ? {} : { stateDirectory: resolve(state) }),
    ...(runDir === undefined ? {} : { runDirectory: resolve(runDir) }),
    ...(dockerSocket === undefined ? {} : { dockerSocket: resolve(dockerSocket.replace(/^unix:\/\//, "")) }),
  };
}
