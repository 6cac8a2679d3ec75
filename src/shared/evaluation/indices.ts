import type { Dvh } from './dvh.ts';

/** Volumes in one unit: of the target, of the prescription isodose in the whole patient, and of what both share. */
export interface IsodoseVolumes {
  readonly target: number;
  readonly isodose: number;
  readonly shared: number;
}

/** Conformity index of RTOG (Shaw et al., Int. J. Radiat. Oncol. Biol. Phys. 27 (1993) 1231): isodose / target; blind to where they lie. */
export const conformityRtog = ({ target, isodose }: IsodoseVolumes): number => isodose / target;

/** Conformity of Paddick (J. Neurosurg. 93 Suppl 3 (2000) 219): shared² / (target · isodose), 1 at best; 0 without an isodose. */
export const conformityPaddick = ({ target, isodose, shared }: IsodoseVolumes): number =>
  isodose === 0 ? 0 : (shared * shared) / (target * isodose);

/** Homogeneity of ICRU 83 (3.7.1): (D2 − D98) / D50, 0 at best; NaN without dose. */
export const homogeneityIcru83 = (target: Dvh): number =>
  (target.doseAtVolume(2) - target.doseAtVolume(98)) / target.doseAtVolume(50);

/** Gradient index (Paddick and Lippitz, J. Neurosurg. 105 Suppl (2006) 194): volume at half the prescription / at the prescription. */
export const gradientIndex = (halfIsodose: number, isodose: number): number => halfIsodose / isodose;

/** Intermediate dose spill of RTOG 0813 and 0915 (section 6): volume at half the prescription / target. */
export const spillR50 = (halfIsodose: number, target: number): number => halfIsodose / target;

/**
 * The volumes of `gray` for the indices, cm³.
 * @param isodose what the whole dose grid holds at or above it (`isodoseVolume`)
 */
export const isodoseVolumes = (target: Dvh, isodose: number, gray: number): IsodoseVolumes => ({
  target: target.volume,
  isodose,
  shared: (target.volume * target.volumeAtDose(gray)) / 100,
});
