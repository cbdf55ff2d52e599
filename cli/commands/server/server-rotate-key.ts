import { Command } from "commander";
import type { KmsFlags } from "../../../controlplane/config.ts";
import type { Cli } from "../../cli.ts";
import type { Printer } from "../../output/printer.ts";
import { withExamples } from "../examples.ts";
import { dataDirectoryOf, withDataOption } from "./server-data.ts";
import { kmsFlagsOf, withKmsOptions } from "./server-kms.ts";

type Options = KmsFlags & { readonly data?: string };

const ABOUT = `
Makes a new root key, wraps the key of every secret with it again, and drops the old one. Values and their versions stay as they
are: no container restarts. A server that runs on the directory does it while it serves; if none runs, the command does it. One
that was cut off is finished by running it again. Without --kms the new key is where the old one is; with it, it moves there.
Make a new backup afterwards: an older one needs the keys.json of its time.`;

/** `keyhold server rotate-key` */
export function rotateKeyCommand(cli: Cli): Command {
  const command = new Command("rotate-key").description("a new root key, without downtime");
  withKmsOptions(withDataOption(command))
    .addHelpText("after", ABOUT)
    .action((options: Options) => rotate(cli, options));
  return withExamples(
    command,
    "keyhold server rotate-key",
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
  const directory = await dataDirectoryOf(options.data, cli.surroundings);
  const result = await rotateDirectory(directory, place, tenths(cli.printer));
  if (cli.printer.isJson) return cli.printer.exactJson({ dataDirectory: directory, ...result });
  const { rewrapped, rootKey, dropped } = result;
  cli.printer.text([
    result.resumed ? "The rotation that was cut off is finished." : "The root key was rotated.",
    `  root key   ${rootKey}, in ${result.place}`,
    `  wrapped    ${rewrapped} data ${rewrapped === 1 ? "key" : "keys"} again${result.byServer ? ", by the running server" : ""}`,
    `  dropped    ${dropped.length === 0 ? "none" : dropped.join(", ")}`,
    "Next: make a new backup. An older one needs the keys.json of its time.",
  ]);
}

/** A line for each tenth, and none for what is done at once. */
function tenths(printer: Printer): (progress: { done: number; total: number }) => void {
  let said = 0;
  return ({ done, total }) => {
    const tenth = Math.floor((10 * done) / Math.max(1, total));
    if (tenth <= said) return;
    said = tenth;
    printer.note(`wrapped ${done} of ${total} data keys`);
  };
}
