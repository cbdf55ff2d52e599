/** Without blanks and tabs at both ends. A loop, because `/[ \t]+$/` takes quadratic time on a long run of blanks. */
export function trimBlanks(text: string): string {
  const start = skipBlanks(text, 0);
  let end = text.length;
  while (end > start && isBlank(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

/** @returns the index of the first character from `from` on that is neither blank nor tab, or the length */
export function skipBlanks(text: string, from: number): number {
  let at = from;
  while (isBlank(text[at])) at += 1;
  return at;
}

function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t";
}
