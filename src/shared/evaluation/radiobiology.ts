import { type Dvh, type DvhTable, dvhOf } from './dvh.ts';
import { normalCdf } from './normalDistribution.ts';

/** A part of a structure's volume and the dose in it. */
interface DoseBin {
  /** Gy */
  readonly dose: number;
  /** Fraction 0..1 of the volume. */
  readonly share: number;
}

/** The differential form of a cumulative DVH; a bin's dose is its middle. */
export function differentialDvh({ curve }: DvhTable): DoseBin[] {
  const { dose, volume } = curve;
  const bins: DoseBin[] = [];
  for (let n = 0; n < dose.length; n++) {
    const next = n + 1 < dose.length ? volume[n + 1] : 0;
    const share = (volume[n] - next) / 100;
    if (share > 0) bins.push({ dose: (dose[n] + dose[Math.min(n + 1, dose.length - 1)]) / 2, share });
  }
  return bins;
}

/** Biologically effective dose D·(1 + d/(α/β)), Gy, of `dose` Gy in `fractions` equal ones (Fowler, Br. J. Radiol. 62 (1989) 679). */
export const bed = (dose: number, fractions: number, alphaBeta: number): number =>
  dose * (1 + dose / fractions / alphaBeta);

/** The dose in fractions of 2 Gy with the same effect, Gy (Withers, Thames and Peters, Radiother. Oncol. 1 (1983) 187). */
export const eqd2 = (dose: number, fractions: number, alphaBeta: number): number =>
  bed(dose, fractions, alphaBeta) / (1 + 2 / alphaBeta);

/**
 * The DVH of the dose in fractions of 2 Gy, voxel by voxel: every voxel gets `fractions` equal parts of its own dose. EQD2 rises with dose,
 * so the curve is the same one over other doses.
 */
export function eqd2Dvh(dvh: DvhTable, fractions: number, alphaBeta: number): Dvh {
  const at = (dose: number): number => eqd2(dose, fractions, alphaBeta);
  const curve = { dose: dvh.curve.dose.map(at), volume: dvh.curve.volume };
  const mean = differentialDvh(dvh).reduce((sum, { dose, share }) => sum + at(dose) * share, 0);
  return dvhOf({ ...dvh, min: at(dvh.min), mean, max: at(dvh.max), curve });
}

/**
 * Generalised equivalent uniform dose (Σ vᵢ·Dᵢᵃ)^(1/a), Gy (Niemierko, Med. Phys. 26 (1999) 1100): a = 1 is the mean, a large positive
 * `a` weighs hot spots, a negative one cold spots, and is then 0 where any part gets nothing. NaN for a = 0.
 */
export function gEud(bins: readonly DoseBin[], a: number): number {
  if (a === 0) return Number.NaN;
  const filled = bins.filter(({ share }) => share > 0);
  const doses = filled.map(({ dose }) => dose);
  // Relative to the dose that weighs most, so that no power overflows and not all vanish.
  const scale = doses.reduce((x, y) => (a > 0 ? Math.max(x, y) : Math.min(x, y)), doses[0] ?? 0);
  if (scale <= 0) return 0;
  return scale * filled.reduce((sum, { dose, share }) => sum + share * (dose / scale) ** a, 0) ** (1 / a);
}

/**
 * Complication probability 0..1 of Lyman (Radiat. Res. 104 (1985) S13) with the volume reduction of Kutcher and Burman (Int. J. Radiat.
 * Oncol. Biol. Phys. 16 (1989) 1623): Φ((gEUD − TD50) / (m·TD50)) with a = 1/n; `td50` in Gy.
 */
export const ntcpLyman = (
  bins: readonly DoseBin[],
  { td50, m, n }: { readonly td50: number; readonly m: number; readonly n: number },
): number => normalCdf((gEud(bins, 1 / n) - td50) / (m * td50));

/**
 * Logistic probability 0..1 of control or complication, 1 / (1 + (D50 / gEUD)^(4·γ50)), `d50` in Gy (Niemierko; Gay and Niemierko,
 * Phys. Med. 23 (2007) 115).
 */
export function logisticResponse(
  bins: readonly DoseBin[],
  { d50, gamma50, a }: { readonly d50: number; readonly gamma50: number; readonly a: number },
): number {
  const equivalent = gEud(bins, a);
  return equivalent === 0 ? 0 : 1 / (1 + (d50 / equivalent) ** (4 * gamma50));
}
