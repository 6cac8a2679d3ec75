import { create } from 'zustand';

export type MessageLevel = 'info' | 'warning' | 'error';

interface StatusState {
  readonly text: string;
  readonly level: MessageLevel;
}

/** The latest message of the status bar. */
export const useStatus = create<StatusState>(() => ({ text: '', level: 'info' }));

export const setMessage = (text: string, level: MessageLevel = 'info'): void => useStatus.setState({ text, level });
