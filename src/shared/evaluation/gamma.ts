import { type AbortSignalLike, IsocenterError, throwIfCancelled } from '../contract/errors.ts';
import { axisOf, indexToPatient, type Volume } from '../geometry/volume.ts';
import { dot } from '../geometry/vec.ts';
import { gammaSearch } from './gammaSearch.ts';

export interface GammaCriteria {
  /** Dose criterion, percent. */
  readonly dd: number;
  /** Distance criterion, mm. */
  readonly dta: number;
  /** Reference points below this percent of the reference's maximum are not judged. Default 10. */
  readonly threshold?: number;
  /** `dd` is of each reference point's own dose instead of `normalization`. */
  readonly local?: boolean;
  /** What `dd` is a percentage of when global, Gy. Default the reference's maximum. */
  readonly normalization?: number;
  /** Gamma is not searched for beyond this, and counts as this. Default 2. */
  readonly cut?: number;
  /** Search only in the planes of the reference's slices. Default false: in space. */
  readonly inPlane?: boolean;
}

export interface GammaResult {
  /** Percent of the judged points with a gamma of at most 1; 0 when none was judged. */
  readonly passRate: number;
  /** Over the judged points; values beyond the cut count as the cut. NaN when none was judged. */
  readonly mean: number;
  readonly max: number;
  /** Judged points. */
  readonly n: number;
  /** Points above the threshold that the evaluated dose does not reach: not judged. */
  readonly outside: number;
  /** Gamma on the reference's grid; NaN where not judged. */
  readonly map: Volume<Float32Array>;
  readonly warnings: readonly string[];
}

interface GammaControl {
  readonly signal?: AbortSignalLike;
  /** 0..1. */
  readonly onProgress?: (fraction: number) => void;
}

/** Doses are in single precision: a dose off by exactly the criterion must not fail by its rounding. */
const ROUNDING = 1e-5;

/**
 * Gamma of an evaluated against a reference dose (Low et al., Med. Phys. 25 (1998) 656; TG-218, Miften et al., Med. Phys. 45 (2018)
 * e53), both in Gy and in the same frame of reference, on any two grids: the evaluated dose is interpolated where the search needs
 * it, so that the result hangs on no search step. Where the evaluated grid does not reach, nothing is judged, and a warning says so.
 * @throws DOSE naming what is out of range; GEOMETRY when `inPlane` and no axis of the evaluated grid is across the slices;
 * CANCELLED
 */
export function computeGamma(
  reference: Volume<Float32Array>,
  evaluated: Volume<Float32Array>,
  criteria: GammaCriteria,
  { signal, onProgress }: GammaControl = {},
): GammaResult {
  const { dd, dta, threshold = 10, local = false, cut = 2, inPlane = false } = criteria;
  const highest = reference.data.reduce((most, value) => (value > most ? value : most), 0);
  const normalization = criteria.normalization ?? highest;
  requireAbove(dd, 'dd');
  requireAbove(dta, 'dta');
  requireAbove(cut - 1, 'cut above 1');
  if (!(threshold >= 0 && threshold <= 100)) throw criteriaError('threshold', threshold);
  if (highest > 0) requireAbove(normalization, 'normalization');
  const normal = axisOf(reference, 2);
  if (inPlane && ![0, 1, 2].some((axis) => Math.abs(dot(axisOf(evaluated, axis as 0 | 1 | 2), normal)) > 1 - 1e-4))
    throw new IsocenterError('GEOMETRY', 'no axis of the evaluated dose is across the slices of the reference', {
      object: 'gamma in planes',
    });
  const search = gammaSearch(evaluated, { dta, cut, ...(inPlane && { normal }) });
  const least = (threshold / 100) * highest;
  const map = new Float32Array(reference.data.length).fill(Number.NaN);
  let [n, passed, outside, sum, max] = [0, 0, 0, 0, Number.NaN];
  const [nx, ny, nz] = reference.dims;
  for (let k = 0, p = 0; k < nz; k++) {
    throwIfCancelled(signal);
    onProgress?.(k / nz);
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, p++) {
        const gray = reference.data[p];
        if (!(gray >= least && gray > 0)) continue;
        const gamma = search(indexToPatient(reference, [i, j, k]), gray, (dd / 100) * (local ? gray : normalization));
        if (Number.isNaN(gamma)) {
          outside++;
          continue;
        }
        map[p] = gamma;
        n++;
        sum += gamma;
        if (gamma <= 1 + ROUNDING) passed++;
        if (!(gamma <= max)) max = gamma;
      }
  }
  const warnings: string[] = [];
  if (outside > 0)
    warnings.push(`${outside} of ${n + outside} points lie outside the evaluated dose grid and are not judged`);
  if (n === 0) warnings.push('no point was judged');
  return {
    passRate: n === 0 ? 0 : (100 * passed) / n,
    mean: n === 0 ? Number.NaN : sum / n,
    max,
    n,
    outside,
    map: { dims: reference.dims, spacing: reference.spacing, origin: reference.origin, direction: reference.direction, data: map }, // biome-ignore format: a grid
    warnings,
  };
}

function requireAbove(value: number, attribute: string): void {
  if (!(value > 0 && value < Infinity)) throw criteriaError(attribute, value);
}

const criteriaError = (attribute: string, value: number): IsocenterError =>
  new IsocenterError('DOSE', `${value} is out of range`, { object: 'gamma', attribute });
