import { create } from 'zustand';
import { setMessage } from './statusStore.ts';

interface NotesState {
  readonly notes: readonly string[];
}

/** What was found wrong, mended or left out while the open patient was read: the user must be able to see all of it. */
export const useNotes = create<NotesState>(() => ({ notes: [] }));

/** Replaces the notes (another patient) and says the first in the status bar. */
export function setNotes(notes: readonly string[]): void {
  const distinct = [...new Set(notes)];
  useNotes.setState({ notes: distinct });
  say(distinct);
}

export function addNotes(notes: readonly string[]): void {
  useNotes.setState((state) => ({ notes: [...new Set([...state.notes, ...notes])] }));
  if (notes.length > 0) say(notes);
}

/** Says the notes again when something else (progress) has stood in the status bar; nothing to say clears it. */
export const repeatNotes = (): void => say(useNotes.getState().notes);

function say(notes: readonly string[]): void {
  if (notes.length === 0) setMessage('');
  else setMessage(notes.length === 1 ? notes[0] : `${notes[0]} (and ${notes.length - 1} more)`, 'warning');
}
