import { undo } from '#renderer/document/store.ts';
import type { Command } from './command.ts';

export const undoCommand: Command = {
  name: 'undo',
  label: 'Undo',
  shortcut: 'ctrl+z',
  undo: 'Redo makes the edit again.',
  perform: undo,
};
