import { create } from 'zustand';

export type ToastLevel = 'info' | 'success' | 'warning' | 'error';

interface ToastMessage {
  readonly id: number;
  readonly text: string;
  readonly level: ToastLevel;
}

interface ToastState {
  /** Newest first. */
  readonly toasts: readonly ToastMessage[];
  /** Somebody reads them: none goes meanwhile. */
  readonly held: boolean;
}

export const useToasts = create<ToastState>(() => ({ toasts: [], held: false }));

/** So long a message stays, ms, and so much longer for each letter beyond what is read at a glance. */
const [SHOWN_MS, GLANCE, LETTER_MS] = [6000, 60, 50];
const AGAIN_MS = 1500;
/** Messages that go by themselves, beyond which the oldest goes at once. */
const MOST = 5;
let nextId = 0;

/** Shows a message beside the tabs: errors stay until dismissed, the others go after some seconds. The same words again take the place of the first. */
export function toast(text: string, level: ToastLevel = 'info'): void {
  const id = nextId++;
  useToasts.setState(({ toasts }) => {
    let passing = level === 'error' ? 0 : 1;
    const before = toasts.filter((old) => {
      if (old.text === text && old.level === level) return false;
      return old.level === 'error' || ++passing <= MOST;
    });
    return { toasts: [{ id, text, level }, ...before] };
  });
  if (level !== 'error') setTimeout(() => expire(id), SHOWN_MS + LETTER_MS * Math.max(0, text.length - GLANCE));
}

function expire(id: number): void {
  if (useToasts.getState().held) setTimeout(() => expire(id), AGAIN_MS);
  else dismissToast(id);
}

export function dismissToast(id: number): void {
  useToasts.setState(({ toasts, held }) => {
    const left = toasts.filter((message) => message.id !== id);
    return { toasts: left, held: held && left.length > 0 };
  });
}

export const dismissAllToasts = (): void => useToasts.setState({ toasts: [], held: false });

/** While they are read, none goes by itself. */
export const holdToasts = (held: boolean): void => useToasts.setState({ held });
