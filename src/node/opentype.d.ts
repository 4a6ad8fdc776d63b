/** The part of opentype.js that is used; the package brings no types. */
declare module 'opentype.js' {
  export interface Font {
    unitsPerEm: number;
    charToGlyph(character: string): { index: number };
    getAdvanceWidth(text: string, size: number): number;
    getPath(text: string, x: number, y: number, size: number): { toPathData(decimals: number): string };
  }
  const opentype: { parse(bytes: ArrayBuffer): Font };
  export default opentype;
}
