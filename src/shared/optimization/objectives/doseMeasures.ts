/** One number of the doses in a structure, with its gradient. */
export type DoseMeasure = (doses: Float64Array) => {
  readonly value: number;
  /** Adds `factor` times the gradient. */
  readonly addGradient: (gradient: Float64Array, factor: number) => void;
};

export const meanDose: DoseMeasure = (doses) => {
  let sum = 0;
  for (const dose of doses) sum += dose;
  return {
    value: sum / doses.length,
    addGradient(gradient, factor) {
      const slope = factor / doses.length;
      for (let i = 0; i < doses.length; i++) gradient[i] += slope;
    },
  };
};

/** Doses below this share of the largest, or this dose (Gy), count as it, so that a negative exponent bears voxels without dose. */
const LEAST_SHARE = 1e-4;
const LEAST_DOSE = 1e-6;

/** Generalised equivalent uniform dose (mean dᵃ)^(1/a) (Niemierko, Med. Phys. 26 (1999) 1100). */
export const equivalentDose =
  (a: number): DoseMeasure =>
  (doses) => {
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
    const value = unit * (sum / n) ** (1 / a);
    return {
      value,
      addGradient(gradient, factor) {
        for (let i = 0; i < n; i++)
          gradient[i] += (factor / n) * (Math.max(doses[i], least) / Math.max(value, LEAST_DOSE)) ** (a - 1);
      },
    };
  };

/**
 * A measure of what doses per fraction amount to over a course in fractions of 2 Gy, n d (d + α/β) / (2 + α/β) (Withers, Thames, Peters,
 * Radiother. Oncol. 1 (1983) 187); without an α/β of the plain sum n d.
 */
export const overCourse =
  (measure: DoseMeasure, fractions: number, alphaBeta: number | undefined): DoseMeasure =>
  (doses) => {
    const [ratio, unit] = alphaBeta === undefined ? [0, 1] : [1 / (2 + alphaBeta), alphaBeta / (2 + alphaBeta)];
    const total = Float64Array.from(doses, (dose) => fractions * dose * (unit + ratio * dose));
    const { value, addGradient } = measure(total);
    return {
      value,
      addGradient(gradient, factor) {
        const own = new Float64Array(doses.length);
        addGradient(own, factor);
        for (let i = 0; i < own.length; i++) gradient[i] += own[i] * fractions * (unit + 2 * ratio * doses[i]);
      },
    };
  };

/** The dose at a place (from the number of doses) among the doses in rising order. */
export const quantile = (doses: Float64Array, place: (n: number) => number): number =>
  Float64Array.from(doses).sort()[place(doses.length)];
