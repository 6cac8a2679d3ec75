import { LIMITS, type MeasuredText } from './lines.ts';
import type { MeasuredScan, ScanKind } from './scan.ts';

/** A scan as a reader collected it: points in the file's order. */
export interface ScanDraft {
  kind?: ScanKind;
  energy?: number;
  field?: readonly [number, number];
  ssd?: number;
  depth?: number;
  angle?: number;
  reference?: readonly [number, number];
  unit?: string;
  detector?: MeasuredScan['detector'];
  /** Points that the file says to hold. */
  count?: number;
  points: [position: number, value: number][];
  warnings: string[];
  /** First line, from 0. */
  line: number;
}

export const emptyDraft = (line: number): ScanDraft => ({ points: [], warnings: [], line });

/** The names by which the attributes of a format are known to those who write it. */
export interface AttributeNames {
  readonly kind: string;
  readonly field: string;
  readonly ssd: string;
  readonly depth: string;
  readonly points: string;
}

const MIN_POINTS = 3;

/**
 * A draft to a scan: complete, points sorted, readings at the same position averaged, those above the water left out.
 * @throws IsocenterError naming file, line and attribute.
 */
export function assemble(text: MeasuredText, draft: ScanDraft, names: AttributeNames): MeasuredScan {
  const { kind, field, ssd, line } = draft;
  if (kind === undefined) throw text.missing(line, names.kind);
  if (field === undefined) throw text.missing(line, names.field);
  if (ssd === undefined) throw text.missing(line, names.ssd);
  if (kind !== 'depth' && draft.depth === undefined) throw text.missing(line, names.depth);
  const warnings = [...draft.warnings];
  let points = draft.points;
  if (draft.count !== undefined && draft.count !== points.length)
    warnings.push(`states ${draft.count} points and holds ${points.length}`);
  if (kind === 'depth') {
    points = points.filter(([position]) => position >= 0);
    const above = draft.points.length - points.length;
    if (above > 0) warnings.push(`${above} points above the water surface left out`);
  }
  points = mergeRepeats(points, warnings);
  if (kind !== 'outputFactor' && points.length < MIN_POINTS)
    throw text.invalid(line, `holds ${points.length} points: too few for a curve`, names.points);
  for (const [position, value] of points)
    if (position < LIMITS.position[0] || position > LIMITS.position[1] || value < 0)
      throw text.invalid(line, `reading ${value} at ${position} mm`, names.points);
  if (!points.some(([, value]) => value > 0)) throw text.invalid(line, 'all readings are 0', names.points);
  return {
    kind,
    energy: draft.energy,
    field,
    sourceSurfaceDistance: ssd,
    depth: kind === 'depth' ? undefined : draft.depth,
    angle: kind === 'diagonal' ? draft.angle : undefined,
    reference: draft.reference,
    positions: points.map(([position]) => position),
    values: points.map(([, value]) => value),
    unit: draft.unit ?? 'relative',
    detector: draft.detector,
    source: { file: text.file, line: line + 1 },
    warnings,
  };
}

function mergeRepeats(points: ScanDraft['points'], warnings: string[]): ScanDraft['points'] {
  const merged: { position: number; sum: number; count: number }[] = [];
  for (const [position, value] of points.toSorted((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && position - last.position < 1e-3) {
      last.sum += value;
      last.count++;
    } else merged.push({ position, sum: value, count: 1 });
  }
  if (merged.length < points.length) warnings.push(`${points.length - merged.length} repeated positions averaged`);
  return merged.map(({ position, sum, count }) => [position, sum / count]);
}
