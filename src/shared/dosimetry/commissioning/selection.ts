import { IsocenterError } from '../../contract/errors.ts';
import type { Machine } from '../machine/machine.ts';
import { type MeasuredScan, scanTitle } from './measured/scan.ts';
import { SOURCE_AXIS } from './setups.ts';

/** The scans that a machine can be compared with, and why others are left out. @throws IsocenterError MACHINE for an axis not at 1 m. */
export function scansFor(
  machine: Machine,
  scans: readonly MeasuredScan[],
): {
  readonly used: readonly MeasuredScan[];
  readonly leftOut: readonly string[];
  readonly warnings: readonly string[];
} {
  if (machine.sourceAxisDistance !== SOURCE_AXIS)
    throw new IsocenterError('MACHINE', `measurements are only compared for a distance of ${SOURCE_AXIS} mm`, {
      object: machine.name,
      attribute: 'sourceAxisDistance',
    });
  const used: MeasuredScan[] = [];
  const leftOut: string[] = [];
  const warnings = new Set<string>();
  const { jawX, jawY } = machine.limits;
  const widest = [2 * Math.min(-jawX[0], jawX[1]), 2 * Math.min(-jawY[0], jawY[1])];
  for (const scan of scans) {
    const place = `${scan.source.file} line ${scan.source.line}: ${scanTitle(scan)}`;
    const { energy, field } = scan;
    if (energy !== undefined && energy !== machine.nominalEnergy)
      leftOut.push(`${place}: the machine has ${machine.nominalEnergy} MV`);
    else if (field[0] > widest[0] || field[1] > widest[1])
      leftOut.push(`${place}: the machine opens ${widest.join(' × ')} mm`);
    else {
      used.push(scan);
      if (energy === undefined)
        warnings.add(`${scan.source.file}: no energy stated, taken as ${machine.nominalEnergy} MV`);
      for (const text of [...scan.warnings, ...middleWarning(scan)])
        warnings.add(`${scan.source.file} line ${scan.source.line}: ${text}`);
    }
  }
  return { used, leftOut, warnings: [...warnings] };
}

/** A profile's middle between its 50 % points that lies this far (mm) off the axis is worth a word. */
const OFF_CENTRE = 1;

function middleWarning({ kind, positions, values }: MeasuredScan): string[] {
  if (kind === 'depth' || kind === 'outputFactor') return [];
  const closest = positions.reduce((best, at, n) => (Math.abs(at) < Math.abs(positions[best]) ? n : best), 0);
  const half = values[closest] / 2;
  const crossings: number[] = [];
  for (let n = 0; n + 1 < positions.length; n++) {
    const [a, b] = [values[n] - half, values[n + 1] - half];
    if (a !== b && a * b <= 0) crossings.push(positions[n] + (a / (a - b)) * (positions[n + 1] - positions[n]));
  }
  if (crossings.length < 2) return [];
  const middle = (crossings[0] + crossings[crossings.length - 1]) / 2;
  if (Math.abs(middle) < OFF_CENTRE) return [];
  return [`the middle of the profile lies ${middle.toFixed(1)} mm off the axis; it is used as it stands`];
}
