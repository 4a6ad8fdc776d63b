import { existsSync } from 'node:fs';

/** What an option names, and what it shall be called: `FILE=caption`. */
export interface Captioned {
  readonly source: string;
  readonly caption?: string;
}

/**
 * Splits `source=caption`. A source may hold a "=" too: it is the shortest beginning that exists, but the whole
 * text where that exists.
 */
export function splitCaption(text: string, exists: (source: string) => boolean = existsSync): Captioned {
  if (exists(text)) return { source: text };
  const ends = [...text.matchAll(/=/g)].map(({ index }) => index).filter((index) => index > 0);
  const end = ends.find((index) => exists(text.slice(0, index))) ?? ends[0];
  if (end === undefined) return { source: text };
  const caption = text.slice(end + 1);
  return { source: text.slice(0, end), ...(caption !== '' && { caption }) };
}
