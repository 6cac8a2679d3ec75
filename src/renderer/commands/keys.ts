type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

/**
 * Whether a key press is one of a command's shortcuts: keys joined by +, alternatives separated by commas (`ctrl+shift+z, ctrl+y`).
 * The command key of a Mac counts as Ctrl. Modifiers must match exactly.
 */
export function isShortcut(shortcut: string, event: Pressed): boolean {
  return shortcut.split(',').some((alternative) => {
    const parts = alternative.trim().toLowerCase().split('+');
    const key = parts.at(-1);
    return (
      event.key.toLowerCase() === key &&
      (event.ctrlKey || event.metaKey) === parts.includes('ctrl') &&
      event.shiftKey === parts.includes('shift') &&
      event.altKey === parts.includes('alt')
    );
  });
}

const NOT_TYPED_IN: readonly string[] = ['range', 'checkbox', 'radio', 'color', 'button', 'submit'];

/** Whether the keyboard is writing text there: a field has its own undo, and letters are letters. */
export function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !NOT_TYPED_IN.includes(target.type);
  return target instanceof HTMLTextAreaElement || (target instanceof HTMLElement && target.isContentEditable);
}
