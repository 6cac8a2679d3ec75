import type { Block, Mark } from '../model.ts';
import type { Sheet } from './sheet.ts';
import { BODY, INK, isBold, LINE, QUIET, RULE, TONES } from './style.ts';
import { putTable } from './table.ts';
import { wrapText } from './wrap.ts';

const HEADING = 11.5;
const CAPTION = 7.5;
const GAP = 10;
/** Kept free under a heading, so that none stands alone at the foot of a page. */
const COMPANY = 34;

export function putBlock(sheet: Sheet, block: Block): void {
  switch (block.kind) {
    case 'page':
      if (!sheet.isFresh) sheet.turn();
      return;
    case 'heading':
      return putHeading(sheet, block.text);
    case 'text':
      return putText(sheet, block);
    case 'pairs':
      return putPairs(sheet, block);
    case 'table':
      return putTable(sheet, block);
    case 'drawings':
      return putDrawings(sheet, block);
    case 'signatures':
      return putSignatures(sheet, block);
  }
}

function putHeading(sheet: Sheet, text: string): void {
  sheet.need(HEADING * 2 + COMPANY);
  if (!sheet.isFresh) sheet.y += 6;
  const base = sheet.y + HEADING;
  sheet.put([
    { kind: 'words', x: sheet.left, y: base, text, size: HEADING, bold: true, color: INK },
    { kind: 'line', points: [sheet.left, base + 4, sheet.right, base + 4], color: RULE, width: 0.8 },
  ]);
  sheet.y = base + 11;
}

function putText(sheet: Sheet, { text, tone }: Extract<Block, { kind: 'text' }>): void {
  for (const line of wrapText(text, sheet.width, BODY, isBold(tone), sheet.measure)) {
    sheet.need(BODY * LINE);
    sheet.put([
      {
        kind: 'words',
        x: sheet.left,
        y: sheet.y + BODY,
        text: line,
        size: BODY,
        bold: isBold(tone),
        color: TONES[tone],
      },
    ]);
    sheet.y += BODY * LINE;
  }
  sheet.y += 4;
}

/** Down each column first would part what belongs together when a value wraps: row by row. */
function putPairs(sheet: Sheet, { columns, pairs }: Extract<Block, { kind: 'pairs' }>): void {
  const column = (sheet.width - (columns - 1) * GAP) / columns;
  const names = Math.min(column * 0.45, Math.max(0, ...pairs.map(([name]) => sheet.measure(name, BODY, false))) + 8);
  for (let n = 0; n < pairs.length; n += columns) {
    const row = pairs.slice(n, n + columns).map(([name, value]) => ({
      name: wrapText(name, names - 4, BODY, false, sheet.measure),
      value: wrapText(value, column - names, BODY, true, sheet.measure),
    }));
    const height = Math.max(...row.map(({ name, value }) => Math.max(name.length, value.length))) * BODY * LINE;
    sheet.need(height);
    const marks: Mark[] = [];
    for (const [c, { name, value }] of row.entries()) {
      const x = sheet.left + c * (column + GAP);
      const at = (line: number): number => sheet.y + BODY + line * BODY * LINE;
      for (const [line, text] of name.entries())
        marks.push({ kind: 'words', x, y: at(line), text, size: BODY, color: QUIET });
      for (const [line, text] of value.entries())
        marks.push({ kind: 'words', x: x + names, y: at(line), text, size: BODY, bold: true, color: INK });
    }
    sheet.put(marks);
    sheet.y += height + 1;
  }
  sheet.y += 6;
}

function putDrawings(sheet: Sheet, { drawings }: Extract<Block, { kind: 'drawings' }>): void {
  let row: typeof drawings = [];
  const flush = (): void => {
    if (row.length > 0) putDrawingRow(sheet, row);
    row = [];
  };
  for (const one of drawings) {
    const wide = [...row, one].reduce((sum, { drawing }) => sum + drawing.width + GAP, -GAP);
    if (wide > sheet.width + 0.5) flush();
    row.push(one);
  }
  flush();
}

function putDrawingRow(sheet: Sheet, row: Extract<Block, { kind: 'drawings' }>['drawings']): void {
  const captions = row.map(({ drawing, caption }) => wrapText(caption, drawing.width, CAPTION, false, sheet.measure));
  const tallest = Math.max(...row.map(({ drawing }) => drawing.height));
  const height = tallest + Math.max(...captions.map((lines) => lines.length)) * CAPTION * LINE + 10;
  sheet.need(height);
  let x = sheet.left;
  for (const [n, { drawing }] of row.entries()) {
    sheet.put(
      drawing.marks.map((mark) => shifted(mark, x, sheet.y)),
      [x, sheet.y, drawing.width, drawing.height],
    );
    sheet.put(
      captions[n].map(
        (text, line): Mark => ({
          kind: 'words',
          x,
          y: sheet.y + drawing.height + 3 + CAPTION + line * CAPTION * LINE,
          text,
          size: CAPTION,
          color: QUIET,
        }),
      ),
    );
    x += drawing.width + GAP;
  }
  sheet.y += height;
}

function shifted(mark: Mark, dx: number, dy: number): Mark {
  if (mark.kind === 'words' || mark.kind === 'image') return { ...mark, x: mark.x + dx, y: mark.y + dy };
  return { ...mark, points: mark.points.map((value, n) => value + (n % 2 === 0 ? dx : dy)) };
}

/** All on one page. */
function putSignatures(sheet: Sheet, { title, note, roles }: Extract<Block, { kind: 'signatures' }>): void {
  const height = 44;
  sheet.need(roles.length * height + 60);
  putHeading(sheet, title);
  if (note !== undefined) putText(sheet, { kind: 'text', text: note, tone: 'bad' });
  for (const role of roles) {
    const base = sheet.y + 30;
    const [name, date] = [sheet.left, sheet.left + sheet.width * 0.68];
    sheet.put([
      { kind: 'line', points: [name, base, date - 16, base], color: INK, width: 0.5 },
      { kind: 'line', points: [date, base, sheet.right, base], color: INK, width: 0.5 },
      { kind: 'words', x: name, y: base + 10, text: `${role}: name and signature`, size: CAPTION, color: QUIET },
      { kind: 'words', x: date, y: base + 10, text: 'Date', size: CAPTION, color: QUIET },
    ]);
    sheet.y += height;
  }
}
