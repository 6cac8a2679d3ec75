import { normalQuantile } from '../../evaluation/normalDistribution.ts';
import { equivalentDose, overCourse } from './doseMeasures.ts';
import { type DoseTerm, measureLimit } from './doseTerms.ts';

/** What of a goal says how a tissue responds; doses in Gy for the whole course. */
export interface ComplicationLimit {
  /** Percent. */
  readonly probability: number;
  readonly td50: number;
  readonly m: number;
  readonly n: number;
  readonly alphaBeta?: number | undefined;
}

export interface ControlLimit {
  /** Percent. */
  readonly probability: number;
  readonly d50: number;
  readonly gamma50: number;
  readonly a: number;
  readonly alphaBeta?: number | undefined;
}

/**
 * A complication probability (Lyman's model reduced by Kutcher and Burman, evaluation/radiobiology) not above a limit. Penalised is not the
 * probability but its probit t = (gEUD − TD50) / (m TD50), which rises with it and has a slope everywhere; the same plans are optimal
 * (Romeijn, Dempsey, Li, Phys. Med. Biol. 49 (2004) 1991).
 */
export function complicationLimit(
  { probability, td50, m, n, alphaBeta }: ComplicationLimit,
  fractions: number,
): DoseTerm {
  const unit = m * td50;
  const measure = overCourse(equivalentDose(1 / n), fractions, alphaBeta);
  return scaled(measureLimit(measure, td50 + unit * normalQuantile(probability / 100), 'max'), unit, fractions);
}

/**
 * A control probability (logistic in gEUD, evaluation/radiobiology) not below a limit: penalised is what the gEUD falls short of the
 * one with that probability, in units in which the logit rises by 1 there.
 */
export function controlLimit({ probability, d50, gamma50, a, alphaBeta }: ControlLimit, fractions: number): DoseTerm {
  const limit = d50 * (probability / (100 - probability)) ** (1 / (4 * gamma50));
  const measure = overCourse(equivalentDose(a), fractions, alphaBeta);
  return scaled(measureLimit(measure, limit, 'min'), limit / (4 * gamma50), fractions);
}

/** A penalty on doses of the course with these measured in `unit` Gy; violations per fraction. */
const scaled = ({ evaluate, tighten }: DoseTerm, unit: number, fractions: number): DoseTerm => ({
  evaluate: (doses, gradient, weight) => evaluate(doses, gradient, weight / unit ** 2) / unit ** 2,
  tighten: (doses) => tighten(doses) / fractions,
});
