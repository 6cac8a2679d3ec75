import { create } from 'zustand';

export type ToastLevel = 'info' | 'success' | 'warning' | 'error';

interface ToastMessage {
  readonly id: number;
  readonly text: string;
  readonly level: ToastLevel;
}

interface ToastState {
  readonly toasts: readonly ToastMessage[];
}

export const useToasts = create<ToastState>(() => ({ toasts: [] }));

const SHOWN_MS = 6000;
let nextId = 0;

/** Shows a message under the tabs: errors stay until dismissed, the others go after some seconds. */
export function toast(text: string, level: ToastLevel = 'info'): void {
  const id = nextId++;
  useToasts.setState((state) => ({ toasts: [...state.toasts.slice(-4), { id, text, level }] }));
  if (level !== 'error') setTimeout(() => dismissToast(id), SHOWN_MS);
}

export function dismissToast(id: number): void {
  useToasts.setState((state) => ({ toasts: state.toasts.filter((message) => message.id !== id) }));
}
