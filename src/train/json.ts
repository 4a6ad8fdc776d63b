/** JSON that keeps every number: those that are not finite are written as "inf", "-inf" and "nan". */

const NAMES: ReadonlyMap<number, string> = new Map([
  [Number.POSITIVE_INFINITY, 'inf'],
  [Number.NEGATIVE_INFINITY, '-inf'],
  [Number.NaN, 'nan'],
]);
const NUMBERS: ReadonlyMap<unknown, number> = new Map([...NAMES].map(([number, name]) => [name, number]));

/** @param indent spaces for each level; without it everything is on one line */
export function writeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, (_, part) => NAMES.get(part) ?? part, indent);
}

/** What `writeJson` wrote. @throws {SyntaxError} where it is no JSON */
export function readJson(text: string): unknown {
  return JSON.parse(text, (_, part) => NUMBERS.get(part) ?? part);
}
