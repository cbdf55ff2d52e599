import type { Node, Word } from "./tree.ts";

/** For zsh with compinit; with a line for each command and flag that says what it is. */
export function zshScript(nodes: readonly Node[]): string {
  return `#compdef keyhold
# zsh completion for keyhold; made by: keyhold completion zsh
_keyhold() {
  local current=\${words[CURRENT]} previous=\${words[CURRENT-1]} at='' word
  local -a commands flags
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$at $word" in
      ${nodes
        .filter(({ path }) => path !== "")
        .map(({ path }) => `(' ${path}')`)
        .join(' at="$at $word" ;;\n      ')} at="$at $word" ;;
    esac
  done
  case "$at $previous" in
${valueCases(nodes).join("\n")}
  esac
  case "$at" in
${nodes.map(nodeCase).join("\n")}
  esac
  if [[ $current == -* ]]; then
    _describe -o 'flag' flags
  elif (( \${#commands} )); then
    _describe 'command' commands
  else
    _files
  fi
}
compdef _keyhold keyhold
`;
}

function valueCases(nodes: readonly Node[]): string[] {
  return nodes.flatMap((node) =>
    node.flags
      .filter(({ takesValue }) => takesValue)
      .map(({ word, choices }) => {
        const offer = choices.length === 0 ? "_files" : `compadd -- ${choices.join(" ")}`;
        return `    ('${prefixOf(node)} ${word}') ${offer}; return ;;`;
      }),
  );
}

function nodeCase(node: Node): string {
  const choices = node.choices.map((word) => ({ word, about: word }));
  return `    ('${prefixOf(node)}') commands=(${list([...node.commands, ...choices])}); flags=(${list(node.flags)}) ;;`;
}

function list(words: readonly Word[]): string {
  return words
    .map(({ word, about }) => `'${word}:${about.replaceAll("'", "'\\''").replaceAll(":", "\\:")}'`)
    .join(" ");
}

function prefixOf({ path }: Node): string {
  return path === "" ? "" : ` ${path}`;
}
