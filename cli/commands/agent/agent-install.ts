import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Command } from "commander";
import type { Done } from "../../../agent/maintenance.ts";
import { KeyholdError, messageOf } from "../../../common/errors.ts";
import { parseJoinToken } from "../../../common/join-token.ts";
import { checkAddress } from "../../api/session.ts";
import type { Cli } from "../../cli.ts";
import { type PlaceFlags, placeOptions, withPlaceFlags } from "../../host/places.ts";
import { collect } from "../collect.ts";
import { withExamples } from "../examples.ts";

interface InstallFlags extends PlaceFlags {
  readonly defaultRuntime?: boolean;
  readonly server?: string;
  readonly joinFile?: string;
  readonly registry: readonly string[];
  readonly realRuntime?: string;
  readonly dryRun?: boolean;
}

interface UninstallFlags extends PlaceFlags {
  readonly force?: boolean;
  readonly dryRun?: boolean;
}

const ABOUT_INSTALL = `
It puts the OCI runtime helper in place and tells the engine about it (daemon.json and SIGHUP: no container is restarted), writes the
systemd unit keyhold-agent.service (before docker.service), and makes the host's Docker client ask docker-credential-keyhold for the
registries of the node's projects. Running it again repairs and updates; \`keyhold agent uninstall\` leaves the host as it was.`;

/** `keyhold agent install` */
export function installCommand(cli: Cli): Command {
  const install = withPlaceFlags(new Command("install"))
    .description("install the agent on this Docker host: runtime, service, credential helper")
    .option("--default-runtime", "make it the engine's default runtime: then only the label is needed")
    .option("--server <host:port,…>", "the control plane's API address, or those of its servers")
    .option(
      "--join-file <file>",
      "a token of `keyhold node join-token`: for the first start, or after a revocation",
    )
    .option(
      "--registry <host>",
      "a registry to ask keyhold for, besides those it knows; can be repeated",
      collect,
      [],
    )
    .option(
      "--real-runtime <program>",
      "the runtime that does the work (default: the engine's own default, such as runc)",
    )
    .option("--dry-run", "only say what would be done")
    .addHelpText("after", ABOUT_INSTALL)
    .action((flags: InstallFlags) => runInstall(cli, flags));
  return withExamples(
    install,
    "keyhold agent install --dry-run",
    "keyhold agent install --server keyhold.example.com:7443 --join-file token",
    "keyhold agent install --default-runtime",
  );
}

/** `keyhold agent uninstall` */
export function uninstallCommand(cli: Cli): Command {
  const uninstall = withPlaceFlags(new Command("uninstall"))
    .description("uninstall the agent and restore this Docker host")
    .option("--force", "also while containers are made for the runtime; they cannot be started any more")
    .option("--dry-run", "only say what would be done")
    .action((flags: UninstallFlags) => runUninstall(cli, flags));
  return withExamples(uninstall, "keyhold agent uninstall");
}

async function runInstall(cli: Cli, flags: InstallFlags): Promise<void> {
  const { installOnHost, placesOf, requireRoot } = await import("../../../agent/maintenance.ts");
  const { PROGRAMS, readRuntimeHelper } = await import("../../host/runtime-helper.ts");
  const places = placesOf(placeOptions(flags));
  const dryRun = flags.dryRun === true;
  // Before the helper is compiled, which would fail for another reason.
  requireRoot({ dryRun });
  const done = await installOnHost(
    {
      ...PROGRAMS,
      places,
      isDefault: flags.defaultRuntime === true,
      helper: await readRuntimeHelper(),
      realRuntime: flags.realRuntime === undefined ? undefined : resolve(flags.realRuntime),
      server: flags.server === undefined ? undefined : checkAddresses(flags.server),
      joinToken: flags.joinFile === undefined ? undefined : await readToken(flags.joinFile),
      registries: flags.registry,
    },
    { dryRun },
  );
  report(cli, done, dryRun, "The agent is installed.");
}

async function runUninstall(cli: Cli, flags: UninstallFlags): Promise<void> {
  const { placesOf, uninstallFromHost } = await import("../../../agent/maintenance.ts");
  const dryRun = flags.dryRun === true;
  const wish = { places: placesOf(placeOptions(flags)), force: flags.force === true };
  report(cli, await uninstallFromHost(wish, { dryRun }), dryRun, "The agent is uninstalled.");
}

function report({ printer }: Cli, { steps, notes }: Done, dryRun: boolean, sentence: string): void {
  if (printer.isJson) printer.exactJson({ dryRun, steps, notes });
  else if (steps.length === 0) printer.note("There is nothing to do.");
  else if (dryRun) printer.text(steps.map((step) => `would ${step}`));
  else {
    for (const step of steps) printer.note(`  ${step}`);
    printer.note(sentence);
  }
  for (const note of notes) printer.note(note);
}

/** The servers of one control plane, as `keyhold agent start` takes them. */
function checkAddresses(text: string): string {
  const addresses = text.split(",").map((address) => checkAddress(address, "--server"));
  return addresses.join(",");
}

/** The token goes to the agent's state directory, where the agent takes it away once it is used. */
async function readToken(path: string): Promise<string> {
  let text: string;
  try {
    text = (await readFile(path, "utf8")).trim();
  } catch (cause) {
    throw new KeyholdError({
      code: "invalid",
      message: `cannot read --join-file ${path}: ${messageOf(cause)}`,
      next: "make a token: keyhold node join-token ORGANIZATION > FILE",
      cause,
    });
  }
  parseJoinToken(text);
  return text;
}
