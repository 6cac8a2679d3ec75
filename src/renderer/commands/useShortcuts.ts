import { useHotkeys } from 'react-hotkeys-hook';
import { describeError } from '#shared/contract/errors.ts';
import { toast } from '#renderer/kit/toast.ts';
import type { Command } from './command.ts';
import { redoCommand } from './redo.ts';
import { undoCommand } from './undo.ts';

/** Binds a command to its keys while the component is mounted. Typing in a field is never taken for a shortcut. */
export function useCommand(command: Command): void {
  useHotkeys(command.shortcut ?? [], () => void run(command), { preventDefault: true });
}

/** Runs a command; what it throws is shown to the user. */
export async function run<Arguments extends readonly unknown[]>(
  command: Command<Arguments>,
  ...args: Arguments
): Promise<void> {
  try {
    await command.perform(...args);
  } catch (error) {
    toast(describeError(error), 'error');
  }
}

/** The shortcuts that hold in every workspace. */
export function useShortcuts(): void {
  useCommand(undoCommand);
  useCommand(redoCommand);
}
