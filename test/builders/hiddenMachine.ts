import type { MeasuredScan, ScanKind } from '#shared/dosimetry/commissioning/measured/scan.ts';
import { CurveComputer } from '#shared/dosimetry/commissioning/curves.ts';
import type { DoseEngine } from '#shared/dosimetry/engine.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import { seeded } from './random.ts';

const steps = (from: number, to: number, by: number): number[] =>
  Array.from({ length: Math.round((to - from) / by) + 1 }, (_, n) => from + n * by);

/** A scan still to be measured. */
function scan(
  kind: ScanKind,
  side: readonly [number, number],
  depth: number | undefined,
  positions: number[],
): MeasuredScan {
  return {
    kind,
    energy: 6,
    field: side,
    sourceSurfaceDistance: 900,
    depth,
    positions,
    values: positions.map(() => 1),
    reference: kind === 'outputFactor' ? [100, 100] : undefined,
    angle: kind === 'diagonal' ? 45 : undefined,
    unit: 'relative',
    source: { file: 'synthetic.csv', line: 1 },
    warnings: [],
  };
}

const depths = [...steps(2, 30, 2), ...steps(40, 250, 10)];

/** The usual set, as small as it may be: depth doses, profiles of a small and a large field, output factors. */
export const USUAL_SCANS: readonly MeasuredScan[] = [
  scan('depth', [100, 100], undefined, depths),
  scan('depth', [200, 200], undefined, depths),
  scan('crossline', [100, 100], 100, steps(-90, 90, 2)),
  scan('inline', [200, 200], 20, steps(-130, 130, 5)),
  scan('diagonal', [200, 200], 200, steps(-160, 160, 5)),
  ...(
    [
      [50, 50],
      [200, 200],
      [50, 200],
      [200, 50],
    ] as const
  ).map((side) => scan('outputFactor', side, 100, [0])),
];

/** What a machine gives for scans, with `noise` (a share, one standard deviation) in every reading. */
export async function measured(
  machine: Machine,
  scans: readonly MeasuredScan[],
  engine: DoseEngine,
  spacing: number,
  noise: number,
  seed = 1,
): Promise<MeasuredScan[]> {
  const random = seeded(seed);
  const computed = await new CurveComputer(scans, engine, { spacing, detectorAverage: false }).compute(machine);
  // Twelve uniform numbers make a normal one.
  const normal = (): number => Array.from({ length: 12 }, random).reduce((sum, value) => sum + value, -6);
  return scans.map((one, n) => {
    const top = Math.max(...computed[n].values);
    return {
      ...one,
      values: computed[n].values.map(
        (value) => (value * (1 + noise * normal())) / (one.kind === 'outputFactor' ? 1 : top),
      ),
    };
  });
}
