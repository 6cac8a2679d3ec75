import { create } from 'zustand';

export interface BeamView {
  readonly visible: boolean;
  /** Number of the beam selected in the beams table. */
  readonly selected: number | null;
}

/** Which beams are drawn on the planes; never undoable. */
export const useBeamView = create<BeamView>(() => ({ visible: false, selected: null }));

export const selectBeam = (selected: number | null): void => useBeamView.setState({ selected });
