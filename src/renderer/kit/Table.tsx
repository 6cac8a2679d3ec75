import type { ReactNode } from 'react';

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  readonly render: (row: Row) => ReactNode;
  /** Numbers are set right with equal-width digits. */
  readonly numeric?: boolean;
}

interface TableProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly selected?: string;
  readonly onSelect?: (row: Row) => void;
  readonly onOpen?: (row: Row) => void;
  /** Said when there are no rows. */
  readonly empty: string;
  readonly 'data-testid'?: string;
}

/** A table with a sticky header; rows can be selected (click, Enter) and opened (double click). */
export function Table<Row>(props: TableProps<Row>) {
  const { columns, rows, rowKey, selected, onSelect, onOpen, empty } = props;
  return (
    <table className="table" data-testid={props['data-testid']}>
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column.key} className={column.numeric ? 'numeric' : ''}>
              {column.title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const key = rowKey(row);
          return (
            <tr
              key={key}
              data-key={key}
              className={`${key === selected ? 'selected' : ''} ${onSelect === undefined ? '' : 'selectable'}`}
              tabIndex={onSelect === undefined ? undefined : 0}
              onClick={() => onSelect?.(row)}
              onDoubleClick={() => onOpen?.(row)}
              onKeyDown={(event) => {
                if (event.key === 'Enter') (onOpen ?? onSelect)?.(row);
              }}
            >
              {columns.map((column) => (
                <td key={column.key} className={column.numeric ? 'numeric' : ''}>
                  {column.render(row)}
                </td>
              ))}
            </tr>
          );
        })}
        {rows.length === 0 && (
          <tr className="empty-row">
            <td colSpan={columns.length}>{empty}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}
