/**
 * A penalty on the doses of one structure's voxels. Adds `weight` times its gradient to `gradient` and returns the penalty without the
 * weight; doses in Gy.
 */
export type DoseTerm = (doses: Float64Array, gradient: Float64Array, weight: number) => number;

/** Mean over the voxels of the square of what `excess` says of a dose; 0 where the dose is as wanted. */
function meanSquare(excess: (dose: number, voxel: number) => number): DoseTerm {
  return (doses, gradient, weight) => {
    const n = doses.length;
    const factor = (2 * weight) / n;
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const off = excess(doses[i], i);
      sum += off * off;
      gradient[i] += factor * off;
    }
    return sum / n;
  };
}

export const squaredDeviation = (wanted: number): DoseTerm => meanSquare((dose) => dose - wanted);

export const squaredOverdose = (limit: number): DoseTerm => meanSquare((dose) => Math.max(0, dose - limit));

export const squaredUnderdose = (limit: number): DoseTerm => meanSquare((dose) => Math.min(0, dose - limit));

/** Squared overdose against a limit of each voxel's own. */
export const squaredOverLimits = (limits: Float32Array): DoseTerm =>
  meanSquare((dose, voxel) => Math.max(0, dose - limits[voxel]));

/**
 * At most `percent` of the voxels above `limit`: the others are pushed down, those nearest to the limit first (Wu, Mohan, Med. Phys. 27
 * (2000) 701).
 */
export const maxDvh =
  (limit: number, percent: number): DoseTerm =>
  (doses, gradient, weight) => {
    const sorted = Float64Array.from(doses).sort();
    const allowed = Math.floor((percent / 100) * sorted.length);
    const hottest = sorted[sorted.length - 1 - allowed];
    return meanSquare((dose) => (dose > limit && dose <= hottest ? dose - limit : 0))(doses, gradient, weight);
  };

/** At least `percent` of the voxels at `limit` or above: the hottest of those that fall short are lifted (Wu, Mohan 2000). */
export const minDvh =
  (limit: number, percent: number): DoseTerm =>
  (doses, gradient, weight) => {
    const sorted = Float64Array.from(doses).sort();
    const needed = Math.ceil((percent / 100) * sorted.length);
    const coldest = sorted[sorted.length - needed];
    return meanSquare((dose) => (dose < limit && dose >= coldest ? dose - limit : 0))(doses, gradient, weight);
  };

/** Square of what the mean dose exceeds `limit` by. */
export const maxMean =
  (limit: number): DoseTerm =>
  (doses, gradient, weight) => {
    let sum = 0;
    for (const dose of doses) sum += dose;
    const off = Math.max(0, sum / doses.length - limit);
    const slope = (2 * weight * off) / doses.length;
    for (let i = 0; i < doses.length; i++) gradient[i] += slope;
    return off * off;
  };

/** Doses below this share of the largest, or this dose, count as it, so that a negative exponent bears voxels without dose. */
const LEAST_SHARE = 1e-4;
const LEAST_DOSE = 1e-6;

/**
 * Square of what the generalised equivalent uniform dose (mean dᵃ)^(1/a) (Niemierko, Med. Phys. 26 (1999) 1100) exceeds `limit` by, or with
 * `side` 'min' falls short of it.
 */
export const geudLimit =
  (limit: number, a: number, side: 'max' | 'min'): DoseTerm =>
  (doses, gradient, weight) => {
    const n = doses.length;
    let largest = 0;
    let smallest = Infinity;
    for (const dose of doses) {
      largest = Math.max(largest, dose);
      smallest = Math.min(smallest, dose);
    }
    const least = a < 0 ? Math.max(largest * LEAST_SHARE, LEAST_DOSE) : 0;
    // Powers of shares of the dose that weighs most: large exponents overflow otherwise.
    const unit = a < 0 ? Math.max(smallest, least) : Math.max(largest, LEAST_DOSE);
    let sum = 0;
    for (const dose of doses) sum += (Math.max(dose, least) / unit) ** a;
    const geud = unit * (sum / n) ** (1 / a);
    const off = side === 'max' ? Math.max(0, geud - limit) : Math.min(0, geud - limit);
    if (off !== 0) {
      const slope = (2 * weight * off) / n;
      for (let i = 0; i < n; i++)
        gradient[i] += slope * (Math.max(doses[i], least) / Math.max(geud, LEAST_DOSE)) ** (a - 1);
    }
    return off * off;
  };
