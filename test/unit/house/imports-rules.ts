import { posix } from "node:path";

/** The text of each source file, by its path from the repository's root. */
export type Tree = ReadonlyMap<string, string>;

interface Import {
  readonly from: string;
  /** A path of the tree, or a package's name. */
  readonly to: string;
  /** Gone when the program runs. */
  readonly typeOnly: boolean;
}

/** What each folder may import besides itself. Folders that are not named (tools, test, bench) may import anything. */
const FOLDERS: Readonly<Record<string, { readonly may: readonly string[]; readonly says: string }>> = {
  common: { may: ["proto", "package.json"], says: "common may import nothing of ours" },
  proto: { may: [], says: "proto may import nothing of ours" },
  agent: { may: ["common", "proto", "package.json"], says: "agent may import common and proto" },
  controlplane: {
    may: ["common", "proto", "package.json"],
    says: "controlplane may import common and proto",
  },
  console: { may: ["proto"], says: "console may import proto" },
  cli: {
    may: [
      "common",
      "proto",
      "package.json",
      "agent/agent.ts",
      "agent/config.ts",
      "agent/bundle.ts",
      // What it needs to put the agent on a host and to look at it there.
      "agent/maintenance.ts",
      "agent/inject/files/places.ts",
      "agent/inject/plan/plan.ts",
      "agent/inject/plan/registry-config.ts",
      "agent/session/messages.ts",
      "agent/watch/labels.ts",
      "agent/watch/request.ts",
      "controlplane/server.ts",
      "controlplane/config.ts",
      "controlplane/maintenance.ts",
      // From a clone, the runtime helper is compiled when it is installed.
      "tools/setup/native-helper.ts",
    ],
    says: "cli may import common, proto, the entry points of agent and controlplane, the agent's planning and the helper's build",
  },
};

/** Packages that have a place of their own. Nothing of the product may use them elsewhere. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "node-forge": ["agent/identity", "controlplane/identity"],
  dockerode: ["agent/engine"],
};

/** The process itself, not an OCI specification's: that one may have no `env`, so whoever reads it says what then. */
const OF_THE_PROCESS = /(?<![.\w])process\??\.(?:exit\b|env\b(?!\s*\?\?))|from "(?:node:)?process"/;

/** One line for each violation, sorted. */
export function checkTree(tree: Tree): readonly string[] {
  const imports = [...tree].flatMap(([from, text]) => importsOf(from, text));
  return [
    ...imports.flatMap(wrongDirection),
    ...imports.flatMap(wrongPackage),
    ...[...tree].flatMap(wrongProcess),
    ...circles(imports),
  ].sort();
}

function importsOf(from: string, text: string): readonly Import[] {
  const code = withoutComments(text);
  const found: Import[] = [];
  // From the keyword to the module's name without another string or the end of a statement in between.
  for (const [, keyword, clause = "", name = ""] of code.matchAll(
    /^\s*(import|export)\b([^"';]*?)(?:\bfrom\s*)?"([^"]+)"/gm,
  )) {
    if (keyword === "export" && !/^\s*(type\s*)?[{*]/.test(clause)) continue;
    found.push({ from, to: resolve(from, name), typeOnly: /^\s*type\b/.test(clause) });
  }
  for (const [, name = ""] of code.matchAll(/\bimport\(\s*"([^"]+)"\s*\)/g)) {
    // Loaded later, when both files are complete: no circle comes of it.
    found.push({ from, to: resolve(from, name), typeOnly: true });
  }
  return found;
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");
}

function resolve(from: string, name: string): string {
  return name.startsWith(".") ? posix.join(posix.dirname(from), name) : name;
}

function folderOf(path: string): string {
  return path.split("/")[0] ?? "";
}

function isOurs({ to }: Import): boolean {
  return /\.(tsx?|json)$/.test(to);
}

function wrongDirection(each: Import): readonly string[] {
  const folder = folderOf(each.from);
  const rule = FOLDERS[folder];
  if (rule === undefined || !isOurs(each)) return [];
  const allowed = [folder, ...rule.may].some((may) => each.to === may || each.to.startsWith(`${may}/`));
  return allowed ? [] : [`${each.from} imports ${each.to}: ${rule.says}`];
}

function wrongPackage({ from, to }: Import): readonly string[] {
  const places = PACKAGES[to];
  if (places === undefined || !isProduct(from) || places.some((place) => from.startsWith(`${place}/`)))
    return [];
  return [`${from} imports ${to}: only ${places.join(", ")} may`];
}

function wrongProcess([path, text]: readonly [string, string]): readonly string[] {
  const name = posix.basename(path);
  if (!isProduct(path) || name === "main.ts" || name === "config.ts") return [];
  const [found] = OF_THE_PROCESS.exec(withoutComments(text)) ?? [];
  return found === undefined ? [] : [`${path} uses ${found}: only files named main.ts and config.ts may`];
}

function isProduct(path: string): boolean {
  return Object.hasOwn(FOLDERS, folderOf(path));
}

/** Depth first; each circle once, from the file of it that is reached first. */
function circles(imports: readonly Import[]): readonly string[] {
  const edges = Map.groupBy(
    imports.filter((each) => isOurs(each) && !each.typeOnly),
    (each) => each.from,
  );
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) {
      found.push(`${[...path.slice(start), file].join(" -> ")}: files import each other`);
      return;
    }
    if (done.has(file)) return;
    for (const { to } of edges.get(file) ?? []) visit(to, [...path, file]);
    done.add(file);
  };
  for (const file of [...edges.keys()].sort()) visit(file, []);
  return found;
}
