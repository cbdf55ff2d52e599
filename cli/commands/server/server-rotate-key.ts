import { Command } from "commander";
import type { KmsFlags } from "../../../controlplane/config.ts";
import type { rotateDirectory } from "../../../controlplane/maintenance.ts";
import type { Cli } from "../../cli.ts";
import type { Printer } from "../../output/printer.ts";
import { withExamples } from "../examples.ts";
import { dataDirectoryOf, withDataOption } from "./server-data.ts";
import { kmsFlagsOf, withKmsOptions } from "./server-kms.ts";

type Result = Awaited<ReturnType<typeof rotateDirectory>>;
type Options = KmsFlags & { readonly data?: string; readonly compromised?: boolean };

const ABOUT = `
Makes a new root key, wraps the data key of every version with it again, and drops the old root key. Values and their versions
stay as they are: no container restarts. The running server does it while it serves; if no server runs on the directory, the
command does it. Run it again to finish one that was cut off. Without --kms the new key is where the old one is; with --kms it
moves there. Make a new backup afterwards: an older one needs the keys.json of its time.

Use --compromised if keys.json, the database or a backup may have been stolen. It also encrypts every kept version again, and
renews the keys of fingerprints, audit seals and tokens: what was stolen opens nothing that is written from now on. The thief
still knows the values that were stolen: change those afterwards.`;

/** `keyhold server rotate-key` */
export function rotateKeyCommand(cli: Cli): Command {
  const command = new Command("rotate-key").description("rotate the root key without downtime");
  withKmsOptions(withDataOption(command))
    .option("--compromised", "keys, database or backup may be stolen: also encrypt every version again")
    .addHelpText("after", ABOUT)
    .action((options: Options) => rotate(cli, options));
  return withExamples(
    command,
    "keyhold server rotate-key",
    "keyhold server rotate-key --compromised",
    "keyhold server rotate-key --kms vault-transit --kms-address https://vault.example.com:8200 --kms-key keyhold --kms-token-file /etc/keyhold/vault-token",
    "keyhold server rotate-key --kms file",
  );
}

async function rotate(cli: Cli, options: Options): Promise<void> {
  const [{ parseKmsFlags }, { rotateDirectory }] = await Promise.all([
    import("../../../controlplane/config.ts"),
    import("../../../controlplane/maintenance.ts"),
  ]);
  const place = parseKmsFlags(kmsFlagsOf(options));
  const compromised = options.compromised === true;
  const directory = await dataDirectoryOf(options.data, cli.surroundings);
  const result = await rotateDirectory(directory, { place, compromised }, tenths(cli.printer, compromised));
  if (cli.printer.isJson) return cli.printer.exactJson({ dataDirectory: directory, ...result });
  cli.printer.text([...done(result), ...next(result)]);
}

function done(result: Result): readonly string[] {
  const { rewrapped, rootKey, dropped, compromised } = result;
  const by = result.byServer ? ", by the running server" : "";
  const what = compromised
    ? `  encrypted  ${rewrapped} ${rewrapped === 1 ? "version" : "versions"} again${by}`
    : `  wrapped    ${rewrapped} data ${rewrapped === 1 ? "key" : "keys"} again${by}`;
  return [
    result.resumed ? "The rotation that was cut off is finished." : "The root key was rotated.",
    `  root key   ${rootKey}, in ${result.place}`,
    what,
    ...(compromised ? ["  renewed    the keys of fingerprints, audit seals and tokens"] : []),
    `  dropped    ${dropped.length === 0 ? "none" : dropped.join(", ")}`,
  ];
}

function next({ compromised }: Result): readonly string[] {
  const backup = "Next: make a new backup. An older one needs the keys.json of its time.";
  if (!compromised) return [backup];
  return [backup, "Then change every value that the thief may have read: keyhold secret set SCOPE NAME."];
}

/** A line for each tenth, and none for what is done at once. */
function tenths(printer: Printer, compromised: boolean): (progress: { done: number; total: number }) => void {
  let said = 0;
  return ({ done, total }) => {
    const tenth = Math.floor((10 * done) / Math.max(1, total));
    if (tenth <= said) return;
    said = tenth;
    printer.note(
      compromised ? `encrypted ${done} of ${total} versions again` : `wrapped ${done} of ${total} data keys`,
    );
  };
}
