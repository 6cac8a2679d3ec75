/** What a scan runs along: depth on the axis, BLD x, BLD y, a line across, or single fields against the reference field. */
export type ScanKind = 'depth' | 'crossline' | 'inline' | 'diagonal' | 'outputFactor';

/** One curve (or one output factor) measured in a water tank, in the terms of the beam model. Lengths mm. */
export interface MeasuredScan {
  readonly kind: ScanKind;
  /** MV; undefined where the file does not say. */
  readonly energy?: number;
  /** Sides of the field at the isocenter plane, along BLD x (crossline) and y (inline). */
  readonly field: readonly [x: number, y: number];
  readonly sourceSurfaceDistance: number;
  /** Of a profile or an output factor, below the surface; undefined for a depth dose. */
  readonly depth?: number;
  /** Diagonals: direction of growing positions in the BLD x–y plane, degrees from +x towards +y. */
  readonly angle?: number;
  /**
   * Rising. Depth below the surface, or distance from the axis in the plane at `depth` (not projected to the isocenter);
   * a single 0 for an output factor.
   */
  readonly positions: readonly number[];
  /** Output factors: the field of their table whose factor is 1. */
  readonly reference?: readonly [x: number, y: number];
  /** As measured, in `unit`; output factors relative to the reference field. */
  readonly values: readonly number[];
  readonly unit: string;
  readonly detector?: { readonly name: string; readonly radius?: number };
  readonly source: { readonly file: string; readonly line: number };
  readonly warnings: readonly string[];
}

/** What a file holds that can be used, and in words what was left out and why. */
export interface MeasuredFile {
  readonly scans: readonly MeasuredScan[];
  readonly leftOut: readonly string[];
}

/** "6 MV 100 × 100 depth dose, SSD 1000" */
export function scanTitle(scan: MeasuredScan): string {
  const [x, y] = scan.field.map((side) => String(Number(side.toFixed(1))));
  const beam = `${scan.energy === undefined ? '' : `${scan.energy} MV `}${x} × ${y}`;
  const place = `SSD ${scan.sourceSurfaceDistance}${scan.depth === undefined ? '' : `, depth ${scan.depth}`}`;
  const what = { depth: 'depth dose', outputFactor: 'output factor' }[scan.kind as string] ?? scan.kind;
  return `${beam} ${what}, ${place}`;
}
