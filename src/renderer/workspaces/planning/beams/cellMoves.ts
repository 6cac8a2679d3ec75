/** Which cell an arrow key, Enter or Tab leads to. */
export type CellMove = 'left' | 'right' | 'up' | 'down' | 'next' | 'previous';

const cellsOf = (table: Element): HTMLElement[] => [...table.querySelectorAll<HTMLElement>('[data-row][data-column]')];
const place = ({ dataset }: HTMLElement): readonly [row: number, column: number] => [
  Number(dataset.row),
  Number(dataset.column),
];

/**
 * Takes the keyboard from a cell of a table to another that can be edited, as spreadsheets do; cells are the elements with data-row and
 * data-column. Up and down stay in the column, left and right in the row; next and previous go on in the next row. False at the edge.
 */
export function moveToCell(from: HTMLElement, move: CellMove): boolean {
  const table = from.closest('table');
  if (table === null) return false;
  const cells = cellsOf(table);
  const at = cells.indexOf(from);
  const [row, column] = place(from);
  const target = ((): HTMLElement | undefined => {
    if (move === 'next') return cells[at + 1];
    if (move === 'previous') return cells[at - 1];
    if (move === 'left' || move === 'right') {
      const beside = cells[at + (move === 'right' ? 1 : -1)];
      return beside !== undefined && place(beside)[0] === row ? beside : undefined;
    }
    const rows = move === 'down' ? cells : cells.toReversed();
    return rows.find((cell) => {
      const [r, c] = place(cell);
      return c === column && (move === 'down' ? r > row : r < row);
    });
  })();
  if (target === undefined) return false;
  target.focus();
  target.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  return true;
}
