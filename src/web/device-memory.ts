const GIB = 1024 ** 3;
const LEAST = GIB / 4;
const MOST = GIB;
/** Tiles get this share of a machine's memory: a tab that takes much more is closed without a word. */
const SHARE = 1 / 8;

/** What a browser tells of the machine. */
export interface Machine {
  /** GiB, rounded. */
  readonly deviceMemory?: number;
  readonly maxTouchPoints: number;
}

/**
 * Bytes that tiles may take on this machine. Safari and Firefox do not tell how much memory there is: with a touch
 * screen it may be a phone.
 */
export function tileMemory({ deviceMemory, maxTouchPoints }: Machine): number {
  const memory = GIB * (deviceMemory ?? (maxTouchPoints > 0 ? 2 : 8));
  return Math.min(MOST, Math.max(LEAST, SHARE * memory));
}
