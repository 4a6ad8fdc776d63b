const LONGEST = 80;

/** A name out of a file, made safe to print on one line: quoted, control characters escaped, cut when long. */
export function quote(name: string): string {
  const shown = name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name;
  const escaped = JSON.stringify(shown).replace(
    /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return escaped;
}

/** The first names of a list, quoted, with the number of those left out. */
export function quoteList(names: readonly string[], atMost = 12): string {
  const shown = names.slice(0, atMost).map(quote).join(', ');
  return names.length > atMost ? `${shown} and ${names.length - atMost} more` : shown;
}
