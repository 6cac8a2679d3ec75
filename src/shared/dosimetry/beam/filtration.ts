import { type BeamQuality, transmittedEnergy } from '../machine/beamQuality.ts';
import type { Machine } from '../machine/machine.ts';
import { radialAt } from './radial.ts';
import type { WedgeFilter } from './wedge.ts';

/** What stands in a ray beside the patient, by where it crosses the isocenter plane (BLD mm). */
export interface Filtration {
  /** g/cm² of water to add to the path through the patient. */
  readonly depthAt: (x: number, y: number) => number;
  /**
   * Factor of the fluence that goes with it: softening reshapes the spectrum and leaves its energy as it is; what wedges hold back is in
   * the fluence already.
   */
  readonly factorAt: (x: number, y: number) => number;
  /** The part of depthAt that is matter, which also stops electrons. */
  readonly absorberAt: (x: number, y: number) => number;
}

/** Steps of tan(off-axis angle) in which softening is tabulated, and the last one. */
const STEP = 0.002;
const LAST = 0.4;

/**
 * Off-axis softening of a machine, and hardening by the wedges that are in (what they hold back of the photons is in the fluence
 * already); undefined where the spectrum is the same everywhere.
 */
export function filtrationOf(machine: Machine, quality: BeamQuality, wedge?: WedgeFilter): Filtration | undefined {
  const soft = softeningOf(machine, quality);
  if (wedge === undefined) return soft;
  return {
    depthAt: (x, y) => (soft?.depthAt(x, y) ?? 0) + wedge.depthAt(x, y),
    factorAt: (x, y) => (soft?.factorAt(x, y) ?? 1) / wedge.throughAt(x, y),
    absorberAt: wedge.depthAt,
  };
}

function softeningOf(machine: Machine, quality: BeamQuality): Filtration | undefined {
  const { softening } = machine.beam;
  if (softening.every(([, value]) => value === 0)) return undefined;
  const count = Math.round(LAST / STEP) + 1;
  const depth = Float64Array.from({ length: count }, (_, n) => radialAt(softening, n * STEP));
  const factor = depth.map((value) => 1 / transmittedEnergy(quality, value));
  const at = (table: Float64Array, x: number, y: number): number => {
    const position = Math.hypot(x, y) / machine.sourceAxisDistance / STEP;
    const n = Math.min(count - 2, Math.floor(position));
    return table[n] + Math.min(1, position - n) * (table[n + 1] - table[n]);
  };
  return { depthAt: (x, y) => at(depth, x, y), factorAt: (x, y) => at(factor, x, y), absorberAt: () => 0 };
}
