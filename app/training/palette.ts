/** The colours of the curves, from the style sheet: light pages have others than dark ones. */

/** Of `--series-1`, … in training.css. */
const COLOURS = 6;
/** Lines of a colour that is taken already are broken. */
const DASHES = [[], [8, 4], [2, 3]];

/** How a run's curves are drawn. */
export interface Style {
  /** Counted from 0. */
  readonly index: number;
  readonly colour: string;
  readonly dash: number[];
}

/** The styles of runs. One keeps its own while others come and go. */
export class Palette {
  private readonly indices = new Map<string, number>();

  /** Forgets the runs that are not among these. */
  assign(names: readonly string[]): void {
    for (const name of this.indices.keys()) if (!names.includes(name)) this.indices.delete(name);
    for (const name of names) if (!this.indices.has(name)) this.indices.set(name, this.free());
  }

  /** The swatch's class in training.css. */
  swatch(name: string): string {
    return `swatch series-${((this.indices.get(name) ?? 0) % COLOURS) + 1}`;
  }

  style(name: string): Style {
    const index = this.indices.get(name) ?? 0;
    return {
      index,
      colour: cssColour(`--series-${(index % COLOURS) + 1}`),
      dash: DASHES[Math.floor(index / COLOURS) % DASHES.length]!,
    };
  }

  private free(): number {
    const taken = new Set(this.indices.values());
    let index = 0;
    while (taken.has(index)) index += 1;
    return index;
  }
}

/** A colour of the style sheet, such as `--line`. */
export function cssColour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** A colour written as `#rrggbb` that lets through what is below it: most of it, where many lines lie together. */
export function faint(colour: string, dense: boolean): string {
  return `${colour}${dense ? '38' : '73'}`;
}
