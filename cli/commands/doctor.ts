import { Command } from "commander";
import type { Check } from "../../agent/maintenance.ts";
import type { Cli } from "../cli.ts";
import { EXIT } from "../exit-code.ts";
import { type PlaceFlags, placeOptions, withPlaceFlags } from "../host/places.ts";
import { printable } from "../output/format.ts";
import { withExamples } from "./examples.ts";

const ABOUT = `
The exit code is 1 if a check fails; warnings are no failures. As root it looks at this host's engine and agent, too.`;

/** `keyhold doctor` */
export function doctorCommand(cli: Cli): Command {
  const doctor = withPlaceFlags(new Command("doctor"))
    .description("check the connection, the agent and the engine, and suggest fixes")
    .addHelpText("after", ABOUT)
    .action((flags: PlaceFlags) => runDoctor(cli, flags));
  return withExamples(doctor, "keyhold doctor", "sudo keyhold doctor --json");
}

async function runDoctor(cli: Cli, flags: PlaceFlags): Promise<void> {
  // Loaded here: what looks at a host comes from the agent.
  const [{ placesOf }, { examine }] = await Promise.all([
    import("../../agent/maintenance.ts"),
    import("../doctor/examine.ts"),
  ]);
  const checks = await examine(cli, placesOf(placeOptions(flags)));
  if (cli.printer.isJson) cli.printer.exactJson({ checks });
  else cli.printer.text(checks.flatMap(linesOf));
  if (checks.some(({ status }) => status === "fail")) cli.surroundings.exit(EXIT.failed);
}

function linesOf({ check, status, reason, next }: Check): readonly string[] {
  const line = `${status.padEnd(5)} ${check.padEnd(24)} ${printable(reason)}`;
  return next === undefined ? [line] : [line, `${" ".repeat(31)}${printable(next)}`];
}
