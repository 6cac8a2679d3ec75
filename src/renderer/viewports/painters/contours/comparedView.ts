import { create } from 'zustand';
import type { Roi } from '#shared/model/structures.ts';

/** A structure of another observer, drawn beside those of the document; never undoable. */
export const useCompared = create<{ readonly reference: Roi | null }>(() => ({ reference: null }));
