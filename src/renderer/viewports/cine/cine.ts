import { create } from 'zustand';
import type { ImageVolume } from '#shared/model/image.ts';
import { requestRepaint } from '../overlayRegistry.ts';

/** One phase of a moving image, placed in the primary's frame of reference. */
export interface CinePhase {
  readonly label: string;
  readonly image: ImageVolume;
}

interface CineState {
  /** In the order they are played; empty while none is loaded. */
  readonly phases: readonly CinePhase[];
  readonly index: number;
  readonly playing: boolean;
  /** Phases a second. */
  readonly rate: number;
}

const EMPTY: CineState = { phases: [], index: 0, playing: false, rate: 5 };

/** The phases shown in turn over the planes; view state. */
export const useCine = create<CineState>(() => EMPTY);

let timer: ReturnType<typeof setInterval> | undefined;

/** Shows these phases, stopped at the first; none takes the cine away. */
export function showPhases(phases: readonly CinePhase[]): void {
  pauseCine();
  useCine.setState({ phases, index: 0 });
  requestRepaint();
}

export function goToPhase(index: number): void {
  const { phases } = useCine.getState();
  if (phases.length === 0) return;
  useCine.setState({ index: ((index % phases.length) + phases.length) % phases.length });
  requestRepaint();
}

export function playCine(rate = useCine.getState().rate): void {
  clearInterval(timer);
  useCine.setState({ playing: true, rate });
  timer = setInterval(() => goToPhase(useCine.getState().index + 1), 1000 / rate);
}

export function pauseCine(): void {
  clearInterval(timer);
  timer = undefined;
  useCine.setState({ playing: false });
}
