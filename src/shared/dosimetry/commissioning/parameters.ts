import type { Machine } from '../machine/machine.ts';
import type { Bounded } from './leastSquares.ts';

/** One number of a machine that measurements can determine. */
export interface FitParameter extends Bounded {
  /** Path in the machine file, as people will find it there. */
  readonly name: string;
  readonly unit: string;
  /** A standard deviation (one residual scattering by half a per cent) beyond this means: not determined by the data. */
  readonly useful: number;
  get(machine: Machine): number;
  set(machine: Machine, value: number): Machine;
}

type Beam = Machine['beam'];

const inBeam = (
  name: string,
  unit: string,
  limits: Bounded & { useful: number },
  get: (beam: Beam) => number,
  set: (value: number, beam: Beam) => Partial<Beam>,
): FitParameter => ({
  name: `beam.${name}`,
  unit,
  ...limits,
  get: (machine) => get(machine.beam),
  set: (machine, value) => ({ ...machine, beam: { ...machine.beam, ...set(value, machine.beam) } }),
});

export const filtration = inBeam(
  'filtration',
  'g/cm²',
  { low: -10, high: 20, step: 0.5, useful: 2 },
  (beam) => beam.filtration,
  (value) => ({ filtration: value }),
);

export const electrons: readonly FitParameter[] = [
  inBeam(
    'electrons.weight',
    '',
    { low: 0, high: 2, step: 0.05, useful: 0.2 },
    (beam) => beam.electrons.weight,
    (weight, beam) => ({ electrons: { ...beam.electrons, weight } }),
  ),
  inBeam(
    'electrons.attenuation',
    'cm²/g',
    { low: 0.2, high: 8, step: 0.2, useful: 1.5 },
    (beam) => beam.electrons.attenuation,
    (attenuation, beam) => ({ electrons: { ...beam.electrons, attenuation } }),
  ),
  inBeam(
    'electrons.sigma',
    'mm',
    { low: 5, high: 300, step: 20, useful: 30 },
    (beam) => beam.electrons.sigma,
    (sigma, beam) => ({ electrons: { ...beam.electrons, sigma } }),
  ),
];

/** A machine without contaminating electrons, given some to begin a fit with: from none nothing can be told of their other figures. */
export function withElectrons(machine: Machine): Machine {
  if (machine.beam.electrons.weight > 0) return machine;
  return { ...machine, beam: { ...machine.beam, electrons: { ...machine.beam.electrons, weight: 0.5 } } };
}

/** The same for extra-focal radiation. */
export function withExtraFocal(machine: Machine): Machine {
  const { extraFocal } = machine.beam;
  if (extraFocal.weight > 0) return machine;
  const sigma = extraFocal.sigma > 0 ? extraFocal.sigma : 20;
  const sourceDistance = extraFocal.sourceDistance > 0 ? extraFocal.sourceDistance : 125;
  return { ...machine, beam: { ...machine.beam, extraFocal: { weight: 0.06, sigma, sourceDistance } } };
}

export const headScatter: readonly FitParameter[] = [
  inBeam(
    'extraFocal.weight',
    '',
    { low: 0, high: 0.4, step: 0.02, useful: 0.04 },
    (beam) => beam.extraFocal.weight,
    (weight, beam) => ({ extraFocal: { ...beam.extraFocal, weight } }),
  ),
  inBeam(
    'extraFocal.sigma',
    'mm',
    { low: 3, high: 60, step: 3, useful: 10 },
    (beam) => beam.extraFocal.sigma,
    (sigma, beam) => ({ extraFocal: { ...beam.extraFocal, sigma } }),
  ),
  inBeam(
    'monitorBackscatter.jawY',
    '',
    { low: 0, high: 0.1, step: 0.01, useful: 0.02 },
    (beam) => beam.monitorBackscatter.jawY,
    (jawY, beam) => ({ monitorBackscatter: { ...beam.monitorBackscatter, jawY } }),
  ),
  inBeam(
    'monitorBackscatter.jawX',
    '',
    { low: 0, high: 0.1, step: 0.01, useful: 0.02 },
    (beam) => beam.monitorBackscatter.jawX,
    (jawX, beam) => ({ monitorBackscatter: { ...beam.monitorBackscatter, jawX } }),
  ),
];

/** Off-axis rows that a machine without any is given, tan of the off-axis angle. */
const SOFTENING_ROWS = [0.1, 0.2] as const;

/** Horn and softening at their rows beyond the axis, which stays 1 and 0. */
export function offAxis(machine: Machine): FitParameter[] {
  const rows = machine.beam.horn.filter(([tan]) => tan > 0);
  const horn = rows.map(([tan]) =>
    inBeam(
      `horn[tan ${tan}]`,
      '',
      { low: 0.3, high: 1.3, step: 0.02, useful: 0.01 },
      (beam) => beam.horn.find(([at]) => at === tan)?.[1] ?? 1,
      (value, beam) => ({ horn: beam.horn.map(([at, old]) => [at, at === tan ? value : old]) }),
    ),
  );
  const own = machine.beam.softening.map(([tan]) => tan).filter((tan) => tan > 0);
  const softening = (own.length > 0 ? own : SOFTENING_ROWS).map((tan) =>
    inBeam(
      `softening[tan ${tan}]`,
      'g/cm²',
      { low: -20, high: 20, step: 0.5, useful: 2 },
      (beam) => beam.softening.find(([at]) => at === tan)?.[1] ?? 0,
      (value, beam) => ({ softening: withRow(beam.softening, tan, value) }),
    ),
  );
  return [...horn, ...softening];
}

function withRow(rows: Beam['softening'], tan: number, value: number): Beam['softening'] {
  const others = rows.filter(([at]) => at !== tan);
  if (!others.some(([at]) => at === 0)) others.push([0, 0]);
  return [...others, [tan, value] as [number, number]].sort((a, b) => a[0] - b[0]);
}

export const sourceSize = inBeam(
  'sourceSigma',
  'mm',
  { low: 0, high: 4, step: 0.2, useful: 0.3 },
  (beam) => beam.sourceSigma,
  (value) => ({ sourceSigma: value }),
);

export const jawTransmission = inBeam(
  'jawTransmission',
  '',
  { low: 0, high: 0.05, step: 0.002, useful: 0.003 },
  (beam) => beam.jawTransmission,
  (value) => ({ jawTransmission: value }),
);
