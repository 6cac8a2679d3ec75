import { Button } from '#renderer/kit/Button.tsx';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { Menu } from '#renderer/kit/Menu.tsx';
import { BEAM_COLUMNS, shownColumns } from './columns.tsx';
import { chooseColumns, useColumnChoice } from './columnChoice.ts';

/** Which columns the beam table has. */
export function ColumnsMenu() {
  const { chosen } = useColumnChoice();
  const shown = shownColumns(chosen);
  return (
    <Menu label="Columns" className="columns-menu" buttonClass="button" data-testid="beam-columns">
      <div className="columns-list">
        {BEAM_COLUMNS.map(({ id, title, fixed }) => (
          <Checkbox
            key={id}
            checked={shown.some((column) => column.id === id)}
            disabled={fixed}
            onChange={(there) => {
              const ids = new Set(shown.map((column) => column.id));
              if (there) ids.add(id);
              else ids.delete(id);
              chooseColumns(BEAM_COLUMNS.filter((column) => ids.has(column.id)).map((column) => column.id));
            }}
          >
            {title}
          </Checkbox>
        ))}
        <Button kind="quiet" onClick={() => chooseColumns(null)}>
          Usual columns
        </Button>
      </div>
    </Menu>
  );
}
