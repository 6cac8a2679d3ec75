import type { ComputedScan } from './curves.ts';
import { type MeasuredScan, scanTitle } from './measured/scan.ts';
import { regionOf } from './regions.ts';
import { type Criterion, depthOfMaximum, figuresOf, passes, residualOf, type ScanResidual } from './residuals.ts';

/** The criteria of reports: the first decides whether a scan passes. */
export const CRITERIA: readonly Criterion[] = [
  { percent: 1, distance: 1 },
  { percent: 2, distance: 2 },
  { percent: 3, distance: 3 },
];

/** How far a scan is from the machine, in plain figures. */
interface ScanSummary {
  readonly title: string;
  readonly kind: MeasuredScan['kind'];
  readonly file: string;
  readonly line: number;
  readonly points: number;
  /**
   * Largest and mean difference, per cent: of a depth dose beyond the maximum, against the local dose; of a profile inside the field,
   * against the axis at that depth; of an output factor.
   */
  readonly worst: number;
  readonly mean: number;
  /** Largest distance (mm) in build-up or penumbra, of points that differ by more than 1 %; null where the dose is never reached. */
  readonly steep: number | null;
  /** Largest difference beyond the edge of the field, per cent of the axis; 0 for what is no profile. */
  readonly outside: number;
  /** Share of all points within each of CRITERIA. */
  readonly within: readonly { readonly percent: number; readonly distance: number; readonly share: number }[];
}

export interface ComparedScan {
  readonly scan: MeasuredScan;
  readonly residual: ScanResidual;
  readonly summary: ScanSummary;
}

/** Measured scans against computed ones. */
export function compareScans(scans: readonly MeasuredScan[], computed: readonly ComputedScan[]): ComparedScan[] {
  return scans.map((scan, n) => {
    const residual = residualOf(scan, computed[n], n);
    return { scan, residual, summary: summaryOf(scan, residual, computed[n]) };
  });
}

function summaryOf(scan: MeasuredScan, residual: ScanResidual, computed: ComputedScan): ScanSummary {
  const maximum = scan.kind === 'depth' ? depthOfMaximum(computed) : 0;
  const regions = scan.positions.map((position) => regionOf(scan, position, maximum));
  const flat = (n: number): boolean => ['beyond', 'field', 'factor'].includes(regions[n]);
  const { points, worst, mean } = figuresOf(residual, CRITERIA[0], flat);
  let [steep, outside] = [0, 0];
  residual.differences.forEach((difference, n) => {
    if (regions[n] === 'outside') outside = Math.max(outside, Math.abs(difference));
    if ((regions[n] === 'build-up' || regions[n] === 'edge') && Math.abs(difference) > 1)
      steep = Math.max(steep, residual.distances[n] ?? Infinity);
  });
  const within = CRITERIA.map((criterion) => ({ ...criterion, share: figuresOf(residual, criterion, flat).share }));
  const { kind, source } = scan;
  return {
    title: scanTitle(scan),
    kind,
    file: source.file,
    line: source.line,
    points,
    worst,
    mean,
    steep: Number.isFinite(steep) ? steep : null,
    outside,
    within,
  };
}

/** Whether every point of a scan is within a criterion. */
export const scanPasses = ({ residual }: ComparedScan, criterion: Criterion): boolean =>
  residual.differences.every((_, n) => passes(residual, n, criterion));
