import { Command } from "commander";
import { isText, SecretValue } from "../../../common/secret-value.ts";
import { type Cli, withApi } from "../../cli.ts";
import { parseSecret } from "../../input/names.ts";
import { parseCount } from "../../input/numbers.ts";
import { withExamples } from "../examples.ts";

export function accessCommand(cli: Cli): Command {
  const access = new Command("access")
    .description("print a secret's value, byte for byte; requires permission and is audited")
    .argument("<scope>", "where it is stored, such as acme/projects/web")
    .argument("[name]", "such as DB_PASSWORD")
    .option("--at <version>", "an older version (default: the newest)")
    .action(async (scope: string, id: string | undefined, options: { at?: string }) => {
      const { name } = parseSecret(scope, id);
      const range = { from: 1, to: Number.MAX_SAFE_INTEGER };
      const version = options.at === undefined ? 0 : parseCount(options.at, "--at", range);
      const answer = await withApi(cli, (api) =>
        api.call("SecretService", "AccessSecret", { name, version }),
      );
      show(cli, name, answer.version, SecretValue.of(answer.value));
    });
  return withExamples(
    access,
    "keyhold secret access acme/projects/web DB_PASSWORD",
    "keyhold secret access acme/projects/web tls.key > tls.key",
  );
}

function show(cli: Cli, name: string, version: number, value: SecretValue): void {
  const encoding = isText(value) ? "utf8" : "base64";
  if (cli.printer.isJson)
    cli.printer.exactJson({ name, version, encoding, value: value.bytes().toString(encoding) });
  else cli.printer.raw(value.bytes());
}
