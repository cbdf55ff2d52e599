import { Command } from "commander";
import { type ChildName, shortName } from "../../../common/resource-name.ts";
import type { Api } from "../../api/api.ts";
import { type Cli, withApi } from "../../cli.ts";
import { parseOrganization } from "../../input/names.ts";
import type { Column } from "../../output/table.ts";
import { withExamples } from "../examples.ts";

/** What the four commands of one kind of thing need to know about it. `O`: options of `create`. */
export interface Resource<T extends { readonly name: string }, O> {
  /** The command: `project`. */
  readonly word: string;
  readonly plural: string;
  readonly description: string;
  /** How a name is typed: `acme/web`. */
  readonly example: string;
  /** Behind `create EXAMPLE` in its example. */
  readonly createExample?: string;
  /** What deleting means. */
  readonly deleteNote: string;
  readonly columns: readonly Column<T>[];
  /** What `get` shows besides the columns. */
  readonly details?: readonly Column<T>[];
  /** Whether `list` is asked about an organization. */
  readonly listsIn: "organization" | "everything";
  /** Whether things that are not empty can be deleted with `--force`. */
  readonly forceable: boolean;
  parse(text: string): ChildName;
  createOptions(create: Command): Command;
  create(api: Api, name: ChildName, options: O): Promise<T>;
  get(api: Api, name: string): Promise<T>;
  list(api: Api, parent: string): Promise<readonly T[]>;
  remove(api: Api, name: string, options: { force: boolean }): Promise<unknown>;
}

/** `keyhold WORD create|list|get|delete`. */
export function resourceCommand<T extends { readonly name: string }, O>(
  cli: Cli,
  resource: Resource<T, O>,
): Command {
  const group = new Command(resource.word).description(resource.description);
  group.addCommand(createCommand(cli, resource));
  group.addCommand(listCommand(cli, resource));
  group.addCommand(getCommand(cli, resource));
  group.addCommand(deleteCommand(cli, resource));
  return group;
}

function createCommand<T extends { readonly name: string }, O>(cli: Cli, resource: Resource<T, O>): Command {
  const create = new Command("create").description(`create ${article(titleOf(resource))}`);
  resource.createOptions(create.argument("<name>", `such as ${resource.example}`));
  create.action(async (text: string, options: O) => {
    const name = resource.parse(text);
    const created = await withApi(cli, (api) => resource.create(api, name, options));
    cli.printer.done(`created ${titleOf(resource)} ${shortName(created.name)}`, created);
  });
  const tail = resource.createExample === undefined ? "" : ` ${resource.createExample}`;
  return withExamples(create, `keyhold ${resource.word} create ${resource.example}${tail}`);
}

function listCommand<T extends { readonly name: string }, O>(cli: Cli, resource: Resource<T, O>): Command {
  const list = new Command("list").description(`list ${resource.plural}`);
  const show = async (parent: string, where: string): Promise<void> => {
    const rows = await withApi(cli, (api) => resource.list(api, parent));
    cli.printer.list(resource.columns, rows, `no ${resource.plural}${where}`);
  };
  if (resource.listsIn === "everything") {
    list.action(() => show("", " that you are a member of"));
    return withExamples(list, `keyhold ${resource.word} list`);
  }
  list.argument("<organization>", "such as acme").action((text: string) => {
    const { id, name } = parseOrganization(text);
    return show(name, ` in ${id}`);
  });
  return withExamples(list, `keyhold ${resource.word} list acme`);
}

function getCommand<T extends { readonly name: string }, O>(cli: Cli, resource: Resource<T, O>): Command {
  const get = new Command("get").description(`show one ${titleOf(resource)}`);
  get.argument("<name>", `such as ${resource.example}`).action(async (text: string) => {
    const { name } = resource.parse(text);
    const columns = [...resource.columns, ...(resource.details ?? [])];
    cli.printer.one(columns, await withApi(cli, (api) => resource.get(api, name)));
  });
  return withExamples(get, `keyhold ${resource.word} get ${resource.example}`);
}

function deleteCommand<T extends { readonly name: string }, O>(cli: Cli, resource: Resource<T, O>): Command {
  const remove = new Command("delete").description(
    `delete ${article(titleOf(resource))}: ${resource.deleteNote}`,
  );
  remove.argument("<name>", `such as ${resource.example}`);
  if (resource.forceable) remove.option("--force", "also if it is not empty: what is in it goes with it");
  remove.action(async (text: string, options: { force?: true }) => {
    const { name } = resource.parse(text);
    await withApi(cli, (api) => resource.remove(api, name, { force: options.force === true }));
    cli.printer.done(`deleted ${titleOf(resource)} ${shortName(name)}`, { name, deleted: true });
  });
  return withExamples(remove, `keyhold ${resource.word} delete ${resource.example}`);
}

/** The command's word in sentences. */
function titleOf({ word }: { readonly word: string }): string {
  return word === "org" ? "organization" : word.replace("-", " ");
}

function article(word: string): string {
  return /^[aeio]/.test(word) ? `an ${word}` : `a ${word}`;
}
