/** Tables that grow line by line: the widths are fixed before the first. */
export interface Column {
  readonly title: string;
  readonly width: number;
  /** Default: right, as numbers are. */
  readonly align?: 'left' | 'right';
}

/** A line of cells, two spaces apart and indented by two, with a line break. */
export function tableRow(columns: readonly Column[], cells: readonly string[]): string {
  const padded = columns.map(({ width, align }, i) => {
    const cell = cells[i] ?? '';
    return align === 'left' ? cell.padEnd(width) : cell.padStart(width);
  });
  return `  ${padded.join('  ').trimEnd()}\n`;
}

/** The titles, and a rule below them. */
export function tableHead(columns: readonly Column[]): string {
  const titles = columns.map(({ title }) => title);
  return tableRow(columns, titles) + tableRule(columns);
}

export function tableRule(columns: readonly Column[]): string {
  return tableRow(
    columns,
    columns.map(({ width }) => '─'.repeat(width)),
  );
}

/** The width of a column that holds these texts. */
export function widthOf(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => text.length), 0);
}
