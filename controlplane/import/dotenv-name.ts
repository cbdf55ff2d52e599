import { trimBlanks } from "./blanks.ts";

/**
 * What stands before `=` -> a name, without `export`. A name that cannot be one is not repeated in the fault: it may be a
 * piece of a value that was pasted over several lines without quotes.
 */
export function readName(text: string): { readonly name: string; readonly fault?: string } {
  const name = trimBlanks(trimBlanks(text).replace(/^export[ \t]+/, ""));
  const fault = faultOf(name);
  return fault === undefined ? { name } : { name, fault };
}

/** Java programs read variables like `spring.datasource.password`. */
const IN_CONTAINER = `a container can still have such a variable with: -e 'NAME.WITH.DOTS=${"$"}{secret:NAME}'`;

function faultOf(name: string): string | undefined {
  if (name === "") return 'no name before "="';
  if (/^[0-9]/.test(name)) return "a name that begins with a digit; begin it with a letter or _";
  const odd = /[^A-Za-z0-9_]/u.exec(name);
  if (odd === null) return undefined;
  const dotted = odd[0] === "." || odd[0] === "-" ? `; ${IN_CONTAINER}` : "";
  return `a name with ${shown(odd[0])} in it; use letters, digits and _ only${dotted}`;
}

/** Characters that a terminal would not show, or that look like another, are given by number. */
function shown(character: string): string {
  if (character === " ") return "a space";
  if (/^[!-~]$/.test(character)) return `the character ${character}`;
  const code = character.codePointAt(0) ?? 0;
  return `the character U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}
