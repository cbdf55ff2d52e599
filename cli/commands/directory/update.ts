import { Command } from "commander";
import { KeyholdError } from "../../../common/errors.ts";
import { type ChildName, shortName } from "../../../common/resource-name.ts";
import type { Api } from "../../api/api.ts";
import { type Cli, withApi } from "../../cli.ts";
import { withExamples } from "../examples.ts";

/** What `keyhold WORD update` needs to know of one kind of resource. `O`: its options, `F`: the API's fields. */
export interface Update<T, O, F extends string> {
  /** The command's word: `workspace`. */
  readonly word: string;
  readonly description: string;
  /** How a name is typed: `acme/web`. */
  readonly example: string;
  readonly examples: readonly string[];
  parse(text: string): ChildName;
  options(update: Command): Command;
  /** Only the fields that the options name; an empty text empties a field. */
  fields(name: ChildName, options: O): Partial<Record<F, string>>;
  send(api: Api, name: ChildName, fields: Partial<Record<F, string>>, options: O): Promise<T>;
}

/** `keyhold WORD update`: changes what the options name and nothing else. */
export function updateCommand<T, O, F extends string>(cli: Cli, update: Update<T, O, F>): Command {
  const command = new Command("update")
    .description(update.description)
    .argument("<name>", `such as ${update.example}`);
  update.options(command).action(async (text: string, options: O) => {
    const name = update.parse(text);
    const fields = update.fields(name, options);
    if (Object.keys(fields).length === 0) throw nothingToChange(update.word, update.example);
    const updated = await withApi(cli, (api) => update.send(api, name, fields, options));
    cli.printer.done(
      `updated ${update.word === "org" ? "organization" : update.word.replace("-", " ")} ${shortName(name.name)}`,
      updated,
    );
  });
  return withExamples(command, ...update.examples);
}

function nothingToChange(word: string, example: string): KeyholdError {
  return new KeyholdError({
    code: "invalid",
    message: "no option says what to change",
    next: `see the options with: keyhold ${word} update ${example} --help`,
  });
}
