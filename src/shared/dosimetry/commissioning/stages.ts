import type { Machine } from '../machine/machine.ts';
import type { ComputedScan } from './curves.ts';
import type { MeasuredScan } from './measured/scan.ts';
import {
  electrons,
  filtration,
  type FitParameter,
  headScatter,
  jawTransmission,
  offAxis,
  sourceSize,
  withElectrons,
  withExtraFocal,
} from './parameters.ts';
import { edgeOf, type Region, regionOf } from './regions.ts';
import { depthOfMaximum, residualOf } from './residuals.ts';

/** One stage of a fit: which parameters, from which scans, by which points. */
export interface Stage {
  readonly name: string;
  readonly parameters: (machine: Machine) => readonly FitParameter[];
  /** Where the fit begins, when the machine as it is gives it nothing to hold on to. */
  readonly begin?: (machine: Machine) => Machine;
  readonly uses: (scan: MeasuredScan) => boolean;
  /** Only the smallest or largest few fields: they tell most, and dose takes time. */
  readonly fields?: { readonly count: number; readonly first: 'smallest' | 'largest' };
  /** Computed on the fine grid: edges do not show on a coarse one. */
  readonly fine?: true;
  /** How much a point counts; 0 where it says nothing about the parameters. */
  readonly weight: (scan: MeasuredScan, position: number, region: Region, machine: Machine) => number;
}

/** Beyond this depth (mm) no contaminating electrons arrive, g/cm² ×10 of their range. */
const electronRange = (machine: Machine): number => machine.beam.electrons.range * 10;

/** Points this near the edge (mm) tell the width of the penumbra. */
const PENUMBRA = 8;

const depthDose = (scan: MeasuredScan): boolean => scan.kind === 'depth';
const profile = (scan: MeasuredScan): boolean => scan.kind !== 'depth' && scan.kind !== 'outputFactor';
/** Smaller fields say little about the horn. */
const LARGE = 150;

export const STAGES: readonly Stage[] = [
  {
    name: 'spectrum from depth doses',
    parameters: () => [filtration],
    uses: depthDose,
    weight: (_scan, position, region, machine) => (region === 'beyond' && position > electronRange(machine) ? 1 : 0),
  },
  {
    name: 'electrons from the build-up',
    parameters: () => electrons,
    begin: withElectrons,
    uses: depthDose,
    // The first millimetres are steep, and chambers read them badly.
    weight: (_scan, position, _region, machine) => (position >= 2 && position <= electronRange(machine) ? 0.5 : 0),
  },
  {
    name: 'head scatter and monitor from output factors',
    parameters: () => headScatter,
    begin: withExtraFocal,
    uses: (scan) => scan.kind === 'outputFactor',
    weight: () => 2,
  },
  {
    name: 'horn and off-axis softening from large fields',
    parameters: offAxis,
    uses: (scan) => profile(scan) && Math.min(...scan.field) >= LARGE,
    fields: { count: 2, first: 'largest' },
    weight: (_scan, _position, region) => (region === 'field' ? 1 : 0),
  },
  {
    name: 'source size from penumbrae',
    parameters: () => [sourceSize],
    uses: profile,
    fields: { count: 2, first: 'smallest' },
    fine: true,
    weight: (scan, position, region) =>
      region === 'edge' && Math.abs(Math.abs(position) - edgeOf(scan)) < PENUMBRA ? 0.3 : 0,
  },
  {
    name: 'jaw transmission from outside the field',
    parameters: () => [jawTransmission],
    uses: profile,
    fields: { count: 2, first: 'smallest' },
    weight: (_scan, _position, region) => (region === 'outside' ? 1 : 0),
  },
];

/** Places of the scans that a stage uses. */
export function scansOf({ uses, fields }: Stage, scans: readonly MeasuredScan[]): number[] {
  const all = scans.flatMap((scan, n) => (uses(scan) ? [n] : []));
  if (fields === undefined) return all;
  const area = (n: number): number => scans[n].field[0] * scans[n].field[1];
  const areas = [...new Set(all.map(area))].sort((a, b) => (fields.first === 'smallest' ? a - b : b - a));
  const kept = areas.slice(0, fields.count);
  return all.filter((n) => kept.includes(area(n)));
}

/** Most points that one scan counts with: dense scans say no more than these. */
const POINTS = 40;

/** Weighted differences (per cent) of a stage's points. */
export function stageResiduals(
  stage: Stage,
  scans: readonly MeasuredScan[],
  computed: readonly ComputedScan[],
  machine: Machine,
): number[] {
  return scans.flatMap((scan, n) => {
    const { differences, measured, computed: values } = residualOf(scan, computed[n], n);
    const maximum = scan.kind === 'depth' ? depthOfMaximum(computed[n]) : 0;
    const counted = scan.positions.flatMap((position, p) => {
      const weight = stage.weight(scan, position, regionOf(scan, position, maximum), machine);
      // In the build-up the local dose is small: there the maximum is the measure.
      const difference = scan.kind === 'depth' && position < maximum ? values[p] - measured[p] : differences[p];
      return [weight * difference];
    });
    return counted.map((value) => value * Math.min(1, Math.sqrt(POINTS / counted.length)));
  });
}
