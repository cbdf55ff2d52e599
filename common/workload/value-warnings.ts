/*
 * What a value probably got by accident. A value is stored byte for byte, so the author has to be told: nobody sees the value again.
 * No warning repeats a part of the value.
 */

/** Characters that a person does not see, or takes for another, with the name that a person can look up. */
const LOOK_ALIKES: ReadonlyMap<string, string> = new Map([
  ["\u00a0", "a no-break space"],
  ["\u00ad", "a soft hyphen"],
  ["\u200b", "a zero-width space"],
  ["\u200c", "a zero-width non-joiner"],
  ["\u200d", "a zero-width joiner"],
  ["\u2028", "a line separator"],
  ["\u2029", "a paragraph separator"],
  ["\u202f", "a narrow no-break space"],
  ["\u2060", "a word joiner"],
  ["\u3000", "an ideographic space"],
  ["\ufeff", "a byte order mark"],
  ["\u2018", "a curly quote"],
  ["\u2019", "a curly quote"],
  ["\u201c", "a curly quote"],
  ["\u201d", "a curly quote"],
  ["\u2013", "an en dash"],
  ["\u2014", "an em dash"],
  ["\u2212", "a minus sign that is not a hyphen"],
]);
const SUSPICIOUS =
  /[\u00a0\u00ad\u200b-\u200f\u2018\u2019\u201c\u201d\u2013\u2014\u2028-\u202f\u2060-\u2069\u2212\u3000\ufeff]/gu;
/** A value of 128 KiB could have as many suspicious characters; the first few are enough to find the cause. */
const NAMED = 3;

/**
 * Warnings about a value that is valid and looks wrong, as sentences; empty for an ordinary value. Safe to print: they hold code
 * points and positions, never text of the value.
 */
export function valueWarnings(value: string): readonly string[] {
  return [...lookAlikes(value), ...escapedPem(value), ...blanks(value)];
}

function lookAlikes(value: string): readonly string[] {
  const found = new Map<string, number>();
  let position = 0;
  for (const character of value) {
    position += 1;
    SUSPICIOUS.lastIndex = 0;
    if (SUSPICIOUS.test(character) && !found.has(character)) found.set(character, position);
  }
  const named = [...found].slice(0, NAMED).map(([character, at]) => {
    const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
    return `${code} (${LOOK_ALIKES.get(character) ?? "an invisible character"}) at character ${at}`;
  });
  if (named.length === 0) return [];
  const more = found.size > NAMED ? ` and ${found.size - NAMED} more` : "";
  return [`The value contains ${named.join(", ")}${more}; it was kept. Was it pasted from a formatted page?`];
}

/** A private key on one line with the two characters `\n` in place of line breaks: no client can read such a key. */
function escapedPem(value: string): readonly string[] {
  if (!value.startsWith("-----BEGIN") || !value.includes("\\n") || value.includes("\n")) return [];
  return [
    "The value looks like a PEM key whose line breaks are the two characters \\n; most programs cannot read it. Store the file itself, or write it in double quotes in a .env file.",
  ];
}

function blanks(value: string): readonly string[] {
  if (value === "" || value.includes("\n")) return [];
  if (/^[ \t]|[ \t]$/.test(value)) return ["The value begins or ends with a blank, which is now part of it."];
  return [];
}
