import { create } from 'zustand';
import type { Roi } from '#shared/model/structures.ts';

/** Gy; taken where the user said nothing: usual values for tumours and for late effects (Fowler, Br. J. Radiol. 62 (1989) 679). */
const USUAL_ALPHA_BETA = { target: 10, organ: 3 };

interface BiologyChoices {
  /** By the structure's name. */
  readonly alphaBeta: ReadonlyMap<string, number>;
  /** Exponent of gEUD by the structure's name. */
  readonly exponent: ReadonlyMap<string, number>;
  /** Response model by the structure's name: place in the list offered for it, or `own`. */
  readonly model: ReadonlyMap<string, string>;
}

/** Parameters of biological models chosen by hand; they change no dose and are not undone. */
export const useBiology = create<BiologyChoices>(() => ({
  alphaBeta: new Map(),
  exponent: new Map(),
  model: new Map(),
}));

export const isTarget = ({ type }: Pick<Roi, 'type'>): boolean => type === 'GTV' || type === 'CTV' || type === 'PTV';

/** α/β of a structure, Gy. */
export const alphaBetaOf = (chosen: BiologyChoices['alphaBeta'], roi: Pick<Roi, 'name' | 'type'>): number =>
  chosen.get(roi.name) ?? (isTarget(roi) ? USUAL_ALPHA_BETA.target : USUAL_ALPHA_BETA.organ);

/** Exponent of gEUD: `ofModel`, cold spots in targets, the mean in organs without a model, unless the user said otherwise. */
export const exponentOf = (
  chosen: BiologyChoices['exponent'],
  roi: Pick<Roi, 'name' | 'type'>,
  ofModel?: number,
): number => chosen.get(roi.name) ?? ofModel ?? (isTarget(roi) ? -10 : 1);

export function chooseBiology(part: keyof BiologyChoices, name: string, value: number | string): void {
  useBiology.setState((state) => ({ [part]: new Map<string, number | string>(state[part]).set(name, value) }));
}
