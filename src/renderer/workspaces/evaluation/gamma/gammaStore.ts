import { create } from 'zustand';
import type { GammaCriteria, GammaResult } from '#shared/evaluation/gamma.ts';
import type { DoseVolume } from '#shared/model/dose.ts';

/** A gamma that was computed: of which doses, by which criteria. */
export interface JudgedGamma extends GammaResult {
  readonly reference: { readonly name: string; readonly dose: DoseVolume };
  readonly evaluated: { readonly name: string; readonly dose: DoseVolume };
  readonly criteria: GammaCriteria;
}

interface GammaView {
  readonly result: JudgedGamma | null;
  readonly visible: boolean;
}

/** The gamma on the planes; view state, never undoable. */
export const useGamma = create<GammaView>(() => ({ result: null, visible: true }));
