import { redo } from '#renderer/document/store.ts';
import type { Command } from './command.ts';

export const redoCommand: Command = {
  name: 'redo',
  label: 'Redo',
  shortcut: 'ctrl+shift+z, ctrl+y',
  undo: 'Undo takes the edit back again.',
  perform: redo,
};
