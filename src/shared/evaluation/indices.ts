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

/**
 * The volumes of `gray` from the DVHs of the target and of the patient's body, cm³. The body must hold the target and all of the
 * isodose: what lies outside it is not counted.
 */
export function isodoseVolumes(target: Dvh, body: Dvh, gray: number): IsodoseVolumes {
  const above = (dvh: Dvh): number => (dvh.volume * dvh.volumeAtDose(gray)) / 100;
  return { target: target.volume, isodose: above(body), shared: above(target) };
}
