import type { Block, Cell, Mark, Tone } from '../model.ts';
import type { Sheet } from './sheet.ts';
import { BODY, isBold, LINE, RULE, SHADE, TONES } from './style.ts';
import { wrapText } from './wrap.ts';

type Table = Extract<Block, { kind: 'table' }>;

const SIZE = BODY - 0.5;
const PAD = 3;
const HEIGHT = SIZE * LINE;
/** No column is squeezed below this, points. */
const NARROWEST = 26;

const textOf = (cell: Cell): string => (typeof cell === 'string' ? cell : cell.text);
const toneOf = (cell: Cell): Tone => (typeof cell === 'string' ? 'plain' : cell.tone);

/** A table over as many pages as it needs, its head on each. Rows stay whole. */
export function putTable(sheet: Sheet, { columns, rows }: Table): void {
  const widths = columnWidths(sheet, { kind: 'table', columns, rows });
  const head = columns.map(({ title }): Cell => ({ text: title, tone: 'strong' }));
  const numeric = columns.map((column) => column.numeric === true);
  const first = rows.length > 0 ? heightOf(sheet, rows[0], widths) : 0;
  sheet.need(heightOf(sheet, head, widths) + first);
  putRow(sheet, head, widths, numeric, true);
  for (const row of rows) {
    if (sheet.need(heightOf(sheet, row, widths))) putRow(sheet, head, widths, numeric, true);
    putRow(sheet, row, widths, numeric, false);
  }
  sheet.y += 8;
}

/** What the widest cells ask for; where that is too much, the widest columns give. */
function columnWidths(sheet: Sheet, { columns, rows }: Table): number[] {
  const wanted = columns.map(({ title }, n) =>
    Math.max(
      NARROWEST,
      sheet.measure(title, SIZE, true) + 2 * PAD + 1,
      ...rows.map((row) => sheet.measure(textOf(row[n] ?? ''), SIZE, isBold(toneOf(row[n] ?? ''))) + 2 * PAD + 1),
    ),
  );
  let over = wanted.reduce((sum, width) => sum + width, 0) - sheet.width;
  const widths = [...wanted];
  while (over > 0.1) {
    const most = Math.max(...widths);
    const next = Math.max(NARROWEST, ...widths.filter((width) => width < most - 0.01));
    const widest = widths.flatMap((width, n) => (width >= most - 0.01 ? [n] : []));
    const cut = Math.min(over / widest.length, Math.max(0.05, most - next));
    if (most - cut < NARROWEST) break;
    for (const n of widest) widths[n] -= cut;
    over -= cut * widest.length;
  }
  return widths;
}

const linesOf = (sheet: Sheet, cell: Cell, width: number): string[] =>
  wrapText(textOf(cell), width - 2 * PAD, SIZE, isBold(toneOf(cell)), sheet.measure);

const heightOf = (sheet: Sheet, row: readonly Cell[], widths: readonly number[]): number =>
  Math.max(...widths.map((width, n) => linesOf(sheet, row[n] ?? '', width).length)) * HEIGHT + 2 * PAD - 1;

function putRow(
  sheet: Sheet,
  row: readonly Cell[],
  widths: readonly number[],
  numeric: readonly boolean[],
  isHead: boolean,
): void {
  const height = heightOf(sheet, row, widths);
  const marks: Mark[] = [];
  const total = widths.reduce((sum, width) => sum + width, 0);
  const { left, y } = sheet;
  if (isHead)
    marks.push({
      kind: 'area',
      points: [left, y, left + total, y, left + total, y + height, left, y + height],
      color: SHADE,
    });
  let x = left;
  for (const [n, width] of widths.entries()) {
    const cell = row[n] ?? '';
    const tone = toneOf(cell);
    for (const [line, text] of linesOf(sheet, cell, width).entries())
      marks.push({
        kind: 'words',
        x: numeric[n] ? x + width - PAD : x + PAD,
        y: y + PAD + SIZE * 0.95 + line * HEIGHT,
        text,
        size: SIZE,
        color: TONES[tone],
        bold: isBold(tone),
        align: numeric[n] ? 'right' : 'left',
      });
    x += width;
  }
  marks.push({ kind: 'line', points: [left, y + height, left + total, y + height], color: RULE, width: 0.4 });
  sheet.put(marks);
  sheet.y += height;
}
