/** A user command: what menus, buttons and keys run. */
export interface Command<Arguments extends readonly unknown[] = []> {
  readonly name: string;
  readonly label: string;
  /** As keys.ts reads it: `ctrl+shift+z`, several separated by commas. */
  readonly shortcut?: string;
  /** How the user takes it back, in words. */
  readonly undo: string;
  readonly perform: (...args: Arguments) => void | Promise<void>;
}
