/** The values of a chart as a table, for those who do not see curves, or want numbers. */
import { within } from '../shared/dom.ts';
import type { Line } from './chart.ts';
import type { ChartKind } from './chart-kinds.ts';
import type { Axis, Curve } from './curves.ts';
import { element, fillWith, setText } from './elements.ts';
import { durationText, integerText } from './text.ts';

const MOST_ROWS = 30;

/** @param lines at least one; its places are those of the rows */
export function fillTable(
  table: HTMLTableElement,
  kind: ChartKind,
  lines: readonly Line[],
  axis: Axis,
): void {
  const curves = lines.map(({ run }) => kind.curve(run));
  const { rows, stride } = chosenRows(curves[0]!);
  const every = stride === 1 ? '' : `, one of every ${stride} values of ${lines[0]!.name}`;
  setText(within(table, 'caption', HTMLElement), `${kind.title}${every}`);
  const heads = [axis === 'step' ? 'Step' : 'Time', ...lines.map(({ name }) => name)];
  fillCells(within(table, 'thead tr', HTMLElement), heads, 'col');
  fillWith(
    within(table, 'tbody', HTMLElement),
    rows.map((row) => cells(kind, curves, axis, row)),
    () => element('tr', ''),
    (row, texts) => fillCells(row, texts, 'row'),
  );
}

/** Evenly chosen, the last value among them. */
function chosenRows({ values }: Curve): { rows: number[]; stride: number } {
  const stride = Math.ceil(values.length / MOST_ROWS);
  const rows = [...values.keys()].filter((i) => (values.length - 1 - i) % stride === 0);
  return { rows, stride };
}

function cells(kind: ChartKind, curves: readonly Curve[], axis: Axis, row: number): string[] {
  const place = curves[0]![axis][row]!;
  const values = curves.map((curve) => curve.values[curve.nearest(axis, place)]);
  const where = axis === 'step' ? integerText(place) : durationText(place);
  return [where, ...values.map((value) => kind.text(value))];
}

/** @param scope of the first cell, which is a heading; in a row of columns all are */
function fillCells(row: HTMLElement, texts: readonly string[], scope: 'row' | 'col'): void {
  if (row.children.length !== texts.length)
    row.replaceChildren(
      ...texts.map((_, i) => {
        const isHead = scope === 'col' || i === 0;
        const cell = element(isHead ? 'th' : 'td', '');
        if (isHead) cell.setAttribute('scope', scope);
        return cell;
      }),
    );
  for (const [i, text] of texts.entries()) setText(row.children[i]!, text);
}
