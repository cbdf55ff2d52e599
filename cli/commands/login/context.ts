import { Command } from "commander";
import { KeyholdError } from "../../../common/errors.ts";
import { nearest } from "../../../common/nearest.ts";
import { type Logins, loginPath, readLogins, saveLogins } from "../../api/login-file.ts";
import type { Cli } from "../../cli.ts";
import type { Column } from "../../output/table.ts";
import { withExamples } from "../examples.ts";

interface Row {
  readonly name: string;
  readonly server: string;
  readonly current: boolean;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: "Current", cell: (row) => (row.current ? "*" : "") },
  { title: "Name", cell: (row) => row.name },
  { title: "Server", cell: (row) => row.server },
];

const PATTERN = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62})$/;

/** `keyhold context` */
export function contextCommand(cli: Cli): Command {
  const group = new Command("context").description("list saved logins and select the one that commands use");
  group.addCommand(listCommand(cli));
  group.addCommand(chooseCommand(cli));
  return group;
}

function listCommand(cli: Cli): Command {
  const list = new Command("list").description("list the saved logins").action(async () => {
    const { current, contexts } = await readLogins(loginPath(cli.surroundings.environment));
    const rows = Object.entries(contexts).map(([name, { server }]) => ({
      ...{ name, server, current: name === current },
    }));
    cli.printer.list(COLUMNS, rows, "no login is saved here; log in: keyhold login --server HOST:PORT");
  });
  return withExamples(list, "keyhold context list");
}

function chooseCommand(cli: Cli): Command {
  const use = new Command("use")
    .description("select the saved login that commands use")
    .argument("<name>", "as `keyhold context list` shows it")
    .action(async (name: string) => {
      const path = loginPath(cli.surroundings.environment);
      const logins = await readLogins(path);
      const { server } = contextIn(logins, name);
      await saveLogins(path, { ...logins, current: name });
      cli.printer.done(`commands now use context ${name}: ${server}`, { name, server, current: true });
    });
  return withExamples(use, "keyhold context use production");
}

/** @throws KeyholdError `not-found`, with the nearest name */
export function contextIn({ contexts }: Logins, name: string): Logins["contexts"][string] {
  const found = Object.hasOwn(contexts, name) ? contexts[name] : undefined;
  if (found !== undefined) return found;
  const guess = nearest(name, Object.keys(contexts)).join(" or ");
  throw new KeyholdError({
    code: "not-found",
    message: `no login is saved as ${JSON.stringify(name)}${guess === "" ? "" : `; did you mean ${guess}?`}`,
    next: "see the saved ones: keyhold context list",
  });
}

/** @throws KeyholdError `invalid` */
export function checkContext(name: string, field: string): string {
  if (PATTERN.test(name)) return name;
  throw new KeyholdError({
    code: "invalid",
    field,
    message: `${field} ${JSON.stringify(name)} is not a name for a login`,
    next: "use 1 to 63 letters, digits, '-', '_' and '.', with a letter or digit at the start",
  });
}
