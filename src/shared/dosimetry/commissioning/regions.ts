import type { MeasuredScan } from './measured/scan.ts';
import { acrossOf, SOURCE_AXIS } from './setups.ts';

/** Where on a scan a point lies: what each part tells about the machine differs. */
export type Region = 'build-up' | 'beyond' | 'field' | 'edge' | 'outside' | 'factor';

/** The edge of the field along a scan at its depth, mm from the axis. */
export function edgeOf(scan: MeasuredScan): number {
  const [x, y] = acrossOf(scan).map(Math.abs);
  const along = Math.min(x > 0 ? scan.field[0] / 2 / x : Infinity, y > 0 ? scan.field[1] / 2 / y : Infinity);
  return (along * (scan.sourceSurfaceDistance + (scan.depth ?? 0))) / SOURCE_AXIS;
}

/** Of a field's width that counts as its inside (IEC 60976 flattened area, simplified). */
const INSIDE = 0.8;
/** Least distance (mm) that the inside keeps from the edge, and that what lies outside has. */
const FROM_EDGE = { inside: 12, outside: 20 } as const;

/** @param maximum depth of the maximum of a depth dose, mm. */
export function regionOf(scan: MeasuredScan, position: number, maximum: number): Region {
  if (scan.kind === 'outputFactor') return 'factor';
  if (scan.kind === 'depth') return position < maximum ? 'build-up' : 'beyond';
  const edge = edgeOf(scan);
  const from = Math.abs(position);
  if (from <= Math.min(edge * INSIDE, edge - FROM_EDGE.inside) || from < edge * 0.5) return 'field';
  return from > edge + FROM_EDGE.outside ? 'outside' : 'edge';
}
