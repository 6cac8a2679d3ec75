import { useEffect } from 'react';
import { errorWords } from '#shared/contract/errors.ts';
import { toast } from '#renderer/kit/toast.ts';
import type { Command } from './command.ts';
import { isShortcut, isTyping } from './keys.ts';
import { redoCommand } from './redo.ts';
import { undoCommand } from './undo.ts';

const isFunctionKey = (key: string): boolean => /^F\d{1,2}$/.test(key);

/**
 * Binds a command to its keys while the component is mounted. Keys typed in a field stay there, but for function keys: the browser
 * would take F5 for a reload. Listens before anything can stop the event.
 */
export function useCommand(command: Command): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (command.shortcut === undefined || !isShortcut(command.shortcut, event)) return;
      if (isTyping(event.target) && !isFunctionKey(event.key)) return;
      event.preventDefault();
      if (!event.repeat || !isFunctionKey(event.key)) void run(command);
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, [command]);
}

/** Runs a command; what it throws is shown to the user. */
export async function run<Arguments extends readonly unknown[]>(
  command: Command<Arguments>,
  ...args: Arguments
): Promise<void> {
  try {
    await command.perform(...args);
  } catch (error) {
    toast(errorWords(error), 'error');
  }
}

/** The shortcuts that hold in every workspace. */
export function useShortcuts(): void {
  useCommand(undoCommand);
  useCommand(redoCommand);
}
