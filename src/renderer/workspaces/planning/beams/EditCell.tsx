import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { redoCommand } from '#renderer/commands/redo.ts';
import { undoCommand } from '#renderer/commands/undo.ts';
import { isShortcut } from '#renderer/commands/keys.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { steady } from '#renderer/kit/steady.tsx';
import { type DraggedNumber, useDrag } from '#renderer/kit/useDrag.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { type CellMove, moveToCell } from './cellMoves.ts';
import { Refusal } from './Refusal.tsx';

export interface CellPlace {
  readonly row: number;
  readonly column: number;
}

interface EditCellProps extends CellPlace {
  readonly label: string;
  /** As shown while nothing is typed. */
  readonly text: string;
  readonly numeric: boolean;
  /** Takes what was typed; what it throws is the reason why not. */
  readonly onCommit: (typed: string) => void;
  /** Alt+↑ and Alt+↓ change a number by so much (Shift ×10). */
  readonly onStep?: (sign: number) => void;
  /** Begins a drag of the number: it changes while the pointer moves sideways. */
  readonly drag?: { readonly value: number; readonly step: number; readonly begin: () => DraggedNumber };
  /** What is doubtful about the value that stands there. */
  readonly doubt?: string;
}

const ARROWS: Readonly<Record<string, CellMove>> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'left',
  ArrowRight: 'right',
};

/**
 * A cell that is typed in as in a spreadsheet: what is typed replaces the value; Enter takes it and goes down, Tab to the right, arrows
 * their way; F2 edits in place (arrows then move the caret); Escape gives up. What cannot be taken leaves the old value, with the reason
 * beside the cell.
 */
export const EditCell = steady(Cell);

function Cell({ label, text, numeric, row, column, onCommit, onStep, drag, doubt }: EditCellProps) {
  const cell = useRef<HTMLSpanElement>(null);
  const id = useId();
  const [typed, showTyped] = useState<string | null>(null);
  // Enter leaves the field before it is drawn anew: the blur that follows must not take the same text twice.
  const pending = useRef<string | null>(null);
  const [caret, setCaret] = useState(false);
  const [refusal, setRefusal] = useState<{ reason: string; of: string } | null>(null);
  // A value that came after the refusal answers it.
  const reason = refusal?.of === text ? refusal.reason : undefined;

  const dragging = useDrag(drag?.value ?? 0, drag?.step ?? 1, drag?.begin);

  const setTyped = (next: string | null): void => {
    pending.current = next;
    showTyped(next);
  };
  const attempt = (act: () => void): boolean => {
    setTyped(null);
    setCaret(false);
    try {
      act();
      setRefusal(null);
      return true;
    } catch (error) {
      setRefusal({ reason: wordsOf(error), of: text });
      return false;
    }
  };
  const commit = (): boolean => {
    const { current } = pending;
    if (current !== null && current !== text) return attempt(() => onCommit(current));
    if (current !== null) setTyped(null);
    return true;
  };
  const leave = (input: HTMLInputElement, move: CellMove): void => {
    if (!commit()) input.select();
    else if (!moveToCell(input, move)) input.select();
  };

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    event.stopPropagation();
    const input = event.currentTarget;
    const arrow = ARROWS[event.key];
    if (typed === null && isShortcut(undoCommand.shortcut ?? '', event.nativeEvent)) void run(undoCommand);
    else if (typed === null && isShortcut(redoCommand.shortcut ?? '', event.nativeEvent)) void run(redoCommand);
    else if (event.key === 'Enter') leave(input, event.shiftKey ? 'up' : 'down');
    else if (event.key === 'Tab') {
      if (!commit()) input.select();
      else if (!moveToCell(input, event.shiftKey ? 'previous' : 'next')) return;
    } else if (event.key === 'F2') {
      setCaret(true);
      input.setSelectionRange(input.value.length, input.value.length);
    } else if (event.key === 'Escape') {
      setTyped(null);
      setCaret(false);
      setRefusal(null);
      if (typed === null && reason === undefined) input.blur();
    } else if (event.altKey && onStep !== undefined && (arrow === 'up' || arrow === 'down'))
      attempt(() => onStep((arrow === 'up' ? 1 : -1) * (event.shiftKey ? 10 : 1)));
    else if (
      arrow !== undefined &&
      !event.ctrlKey &&
      !event.altKey &&
      !(caret && (arrow === 'left' || arrow === 'right'))
    )
      leave(input, arrow);
    else return;
    event.preventDefault();
  };

  return (
    <span
      ref={cell}
      className={`edit-cell ${reason === undefined ? '' : 'refused'} ${doubt === undefined ? '' : 'doubtful'} ${drag === undefined ? '' : 'draggable'}`}
    >
      <span className="edit-cell-size">{text === '' ? '–' : text}</span>
      <input
        data-row={row}
        data-column={column}
        inputMode={numeric ? 'decimal' : 'text'}
        className={numeric ? 'numeric' : ''}
        aria-label={label}
        aria-invalid={reason !== undefined}
        aria-describedby={reason === undefined ? undefined : id}
        title={doubt ?? (drag && 'type, or drag sideways (Shift: faster)')}
        {...dragging}
        placeholder="–"
        size={1}
        value={typed ?? text}
        onFocus={(event) => event.target.select()}
        onChange={(event) => {
          setRefusal(null);
          setTyped(event.target.value);
        }}
        onBlur={commit}
        onKeyDown={onKeyDown}
      />
      {reason !== undefined && <Refusal id={id} cell={cell} reason={reason} onDismiss={() => setRefusal(null)} />}
    </span>
  );
}

const wordsOf = (error: unknown): string =>
  error instanceof IsocenterError || error instanceof Error ? error.message : String(error);
