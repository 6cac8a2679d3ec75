import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { redoCommand } from '#renderer/commands/redo.ts';
import { undoCommand } from '#renderer/commands/undo.ts';
import { isShortcut } from '#renderer/commands/keys.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { type CellMove, moveToCell } from './cellMoves.ts';
import type { CellPlace } from './EditCell.tsx';
import { Refusal } from './Refusal.tsx';

interface Choice {
  readonly value: string;
  readonly label: string;
  readonly disabled?: boolean;
}

interface ChoiceCellProps extends CellPlace {
  readonly label: string;
  readonly value: string;
  readonly choices: readonly Choice[];
  /** Why the choice stays as it is. */
  readonly kept?: string | undefined;
  /** Takes the choice; what it throws is the reason why not. */
  readonly onChoose: (value: string) => void;
}

const MOVES: Readonly<Record<string, CellMove>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
};

/** A cell with a drop-down list: arrows and Tab move between cells, Enter, F2 or Alt+↓ open the list, letters choose. */
export function ChoiceCell({ label, value, choices, kept, row, column, onChoose }: ChoiceCellProps) {
  const cell = useRef<HTMLSpanElement>(null);
  const id = useId();
  const [refusal, setRefusal] = useState<{ reason: string; of: string } | null>(null);
  const reason = refusal?.of === value ? refusal.reason : undefined;

  const onKeyDown = (event: KeyboardEvent<HTMLSelectElement>): void => {
    event.stopPropagation();
    const select = event.currentTarget;
    const move = MOVES[event.key];
    if (isShortcut(undoCommand.shortcut ?? '', event.nativeEvent)) void run(undoCommand);
    else if (isShortcut(redoCommand.shortcut ?? '', event.nativeEvent)) void run(redoCommand);
    else if (event.key === 'Enter' || event.key === 'F2' || (event.altKey && move === 'down')) select.showPicker();
    else if (event.key === 'Tab') {
      if (!moveToCell(select, event.shiftKey ? 'previous' : 'next')) return;
    } else if (event.key === 'Escape') setRefusal(null);
    else if (move !== undefined && !event.altKey && !event.ctrlKey) moveToCell(select, move);
    else return;
    event.preventDefault();
  };

  const shown = choices.find((choice) => choice.value === value)?.label;
  if (kept !== undefined)
    return (
      <span className="kept-text" title={kept}>
        {shown ?? value}
      </span>
    );

  return (
    <span ref={cell} className={`choice-cell ${reason === undefined ? '' : 'refused'}`}>
      <select
        data-row={row}
        data-column={column}
        aria-label={label}
        aria-invalid={reason !== undefined}
        aria-describedby={reason === undefined ? undefined : id}
        value={value}
        title={shown}
        onKeyDown={onKeyDown}
        onChange={(event) => {
          try {
            onChoose(event.target.value);
            setRefusal(null);
          } catch (error) {
            setRefusal({ reason: error instanceof Error ? error.message : String(error), of: value });
          }
        }}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value} disabled={choice.disabled}>
            {choice.label}
          </option>
        ))}
      </select>
      {reason !== undefined && <Refusal id={id} cell={cell} reason={reason} onDismiss={() => setRefusal(null)} />}
    </span>
  );
}
