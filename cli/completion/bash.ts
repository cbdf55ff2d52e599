import type { Node } from "./tree.ts";

/** For bash 4 and newer. Where nothing of ours fits it offers file names, as bash does. */
export function bashScript(nodes: readonly Node[]): string {
  return `# bash completion for keyhold; made by: keyhold completion bash
_keyhold() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]} at='' word words=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$at $word" in
      ${nodes
        .filter(isBelow)
        .map(({ path }) => `' ${path}'`)
        .join(" | ")}) at="$at $word" ;;
    esac
  done
  COMPREPLY=()
  case "$at $previous" in
${valueCases(nodes).join("\n")}
  esac
  case "$at" in
${nodes.map(wordsCase).join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o bashdefault -o default -F _keyhold keyhold
`;
}

function isBelow({ path }: Node): boolean {
  return path !== "";
}

/** After a flag that takes a value: its choices, else nothing of ours. */
function valueCases(nodes: readonly Node[]): string[] {
  const flags = nodes.flatMap((node) =>
    node.flags.filter(({ takesValue }) => takesValue).map((flag) => ({ at: prefixOf(node), ...flag })),
  );
  return flags.map(({ at, word, choices }) => {
    const offer = choices.length === 0 ? "" : `COMPREPLY=($(compgen -W ${quoted(choices)} -- "$current")); `;
    return `    '${at} ${word}') ${offer}return ;;`;
  });
}

/** Flags once a dash is typed or there is nothing else to type. */
function wordsCase(node: Node): string {
  const flags = node.flags.map(({ word }) => word);
  const words = [...node.commands.map(({ word }) => word), ...node.choices];
  if (words.length === 0) return `    '${prefixOf(node)}') [[ $current == -* ]] && words=${quoted(flags)} ;;`;
  return `    '${prefixOf(node)}') if [[ $current == -* ]]; then words=${quoted(flags)}; else words=${quoted(words)}; fi ;;`;
}

function prefixOf({ path }: Node): string {
  return path === "" ? "" : ` ${path}`;
}

function quoted(words: readonly string[]): string {
  return `'${words.join(" ")}'`;
}
