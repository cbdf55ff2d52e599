import type { Flag, Node } from "./tree.ts";

/** For fish 3.4 and newer. */
export function fishScript(nodes: readonly Node[]): string {
  const paths = nodes.map(({ path }) => path).filter((path) => path !== "");
  return `# fish completion for keyhold; made by: keyhold completion fish
function __keyhold_at
    set -l at
    for word in (commandline -opc)[2..]
        if contains -- (string join ' ' -- $at $word) ${paths.map(quoted).join(" ")}
            set -a at $word
        end
    end
    string join ' ' -- $at
end
function __keyhold_is
    test "$(__keyhold_at)" = "$argv[1]"
end
complete -c keyhold -e
${nodes.flatMap(linesOf).join("\n")}
`;
}

function linesOf(node: Node): string[] {
  const start = `complete -c keyhold -n ${quoted(`__keyhold_is ${quoted(node.path)}`)}`;
  const choices = node.choices.map((word) => `${start} -f -a ${quoted(word)}`);
  const commands = node.commands.map(
    ({ word, about }) => `${start} -f -a ${quoted(word)} -d ${quoted(about)}`,
  );
  return [...commands, ...choices, ...node.flags.map((flag) => `${start} ${flagText(flag)}`)];
}

function flagText({ word, about, takesValue, choices }: Flag): string {
  const text = `-l ${word.slice(2)} -d ${quoted(about)}`;
  if (!takesValue) return text;
  return choices.length === 0 ? `${text} -r` : `${text} -x -a ${quoted(choices.join(" "))}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
