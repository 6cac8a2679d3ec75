import { create } from 'zustand';

/** Long work under way, shown with progress and a cancel button where it was started. */
export interface RunningWork {
  readonly label: string;
  /** 0..1; undefined while unknown. */
  readonly fraction?: number;
  readonly cancel: () => void;
}

export const useRunning = create<{ readonly work: RunningWork | null }>(() => ({ work: null }));
