import { IsocenterError } from '../../contract/errors.ts';
import type { Vec3 } from '../../geometry/vec.ts';

/** What may be otherwise at treatment than in the plan. */
export interface Uncertainty {
  /** How far the patient may lie from where the plan has it, mm along LPS axes (left–right, front–back, head–feet), either way. */
  readonly shift: Vec3;
  /** How far densities may be off, per cent, either way. */
  readonly density: number;
  /** Also shifts along the eight space diagonals, on the ellipsoid through the shifts along the axes. */
  readonly diagonals: boolean;
  /** Densities off in every position; else only in that of the plan. */
  readonly combined: boolean;
}

/** One way in which all fractions may be given. */
export interface Scenario {
  readonly name: string;
  /** Of the patient against the beams, LPS mm. */
  readonly shift: Vec3;
  /** Of every density. */
  readonly densityFactor: number;
}

/** A shift beyond this is no set-up uncertainty but another plan, mm; a density off by more, per cent, no calibration. */
const [FURTHEST, MOST] = [50, 20];

const AXES = [
  ['L', 'R'],
  ['P', 'A'],
  ['S', 'I'],
] as const;

/**
 * All ways to look at, the plan's own (`nominal`) first: the patient moved along each axis both ways (6, with diagonals 14; axes without
 * an uncertainty are left out), densities scaled both ways. Systematic: a scenario holds for all fractions.
 * @throws IsocenterError USAGE for numbers that are no uncertainty
 */
export function scenariosOf({ shift, density, diagonals, combined }: Uncertainty): Scenario[] {
  if (!shift.every((mm) => mm >= 0 && mm <= FURTHEST))
    throw new IsocenterError('USAGE', `set-up shifts are from 0 to ${FURTHEST} mm`, { attribute: 'shift' });
  if (!(density >= 0 && density <= MOST))
    throw new IsocenterError('USAGE', `densities are off by 0 to ${MOST} %`, { attribute: 'density' });
  const places: Vec3[] = [[0, 0, 0], ...alongAxes(shift), ...(diagonals ? alongDiagonals(shift) : [])];
  const factors = density === 0 ? [1] : [1, 1 - density / 100, 1 + density / 100];
  return factors.flatMap((densityFactor) =>
    places
      .filter((_place, n) => n === 0 || densityFactor === 1 || combined)
      .map((place) => ({ name: nameOf(place, densityFactor), shift: place, densityFactor })),
  );
}

function alongAxes(shift: Vec3): Vec3[] {
  return shift.flatMap((mm, axis) => (mm === 0 ? [] : [1, -1].map((sign) => unit(axis, sign * mm))));
}

const unit = (axis: number, mm: number): Vec3 => [0, 1, 2].map((one) => (one === axis ? mm : 0)) as unknown as Vec3;

/** None where fewer than two axes have an uncertainty; four where two have. */
function alongDiagonals(shift: Vec3): Vec3[] {
  const moving = shift.filter((mm) => mm > 0).length;
  if (moving < 2) return [];
  const signs = shift.map((mm) => (mm > 0 ? [1, -1] : [0]));
  return signs[0].flatMap((x) =>
    signs[1].flatMap((y) =>
      signs[2].map(
        (z): Vec3 => [x, y, z].map((sign, axis) => (sign * shift[axis]) / Math.sqrt(moving)) as unknown as Vec3,
      ),
    ),
  );
}

function nameOf(shift: Vec3, densityFactor: number): string {
  const words = shift.flatMap((mm, axis) =>
    mm === 0 ? [] : [`${AXES[axis][mm > 0 ? 0 : 1]} ${Number(Math.abs(mm).toFixed(1))} mm`],
  );
  const percent = (densityFactor - 1) * 100;
  if (Math.abs(percent) > 1e-9)
    words.push(`density ${percent < 0 ? '−' : '+'}${Number(Math.abs(percent).toFixed(2))} %`);
  return words.length === 0 ? 'nominal' : words.join(', ');
}
