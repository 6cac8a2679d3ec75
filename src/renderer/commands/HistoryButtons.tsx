import { useRedoLabel, useUndoLabel } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { redoCommand } from './redo.ts';
import { undoCommand } from './undo.ts';
import { run } from './useShortcuts.ts';

/** Undo and redo, naming the edit each would take back or make again. */
export function HistoryButtons() {
  const [undoLabel, redoLabel] = [useUndoLabel(), useRedoLabel()];
  return (
    <>
      <Button
        kind="quiet"
        data-testid="undo"
        aria-label="Undo"
        disabled={undoLabel === undefined}
        title={undoLabel === undefined ? 'Nothing to undo' : `Undo ${undoLabel} (Ctrl+Z)`}
        onClick={() => void run(undoCommand)}
      >
        ↶ Undo
      </Button>
      <Button
        kind="quiet"
        data-testid="redo"
        aria-label="Redo"
        disabled={redoLabel === undefined}
        title={redoLabel === undefined ? 'Nothing to redo' : `Redo ${redoLabel} (Ctrl+Shift+Z)`}
        onClick={() => void run(redoCommand)}
      >
        ↷ Redo
      </Button>
    </>
  );
}
