import type { BeamAngles } from '../../geometry/iec.ts';
import type { Beam } from '../../model/plan.ts';
import { ROUNDING } from '../../optimization/deliverability/violation.ts';
import type { Machine } from '../machine/machine.ts';

/** Jaw positions [x1, x2, y1, y2], mm at the isocenter plane; 1 is the negative side (IEC 61217). */
export type Jaws = readonly [number, number, number, number];

export const JAW_NAMES = ['X1', 'X2', 'Y1', 'Y2'] as const;

/** Whether a machine reaches an angle, whatever full turns it is written with: −90…90 reaches 300. */
export const reachesAngle = (degrees: number, [low, high]: readonly [number, number]): boolean =>
  [-360, 0, 360].some((turn) => degrees + turn >= low - ROUNDING && degrees + turn <= high + ROUNDING);

/** Why a machine cannot stand at an angle (IEC 61217 degrees, written 0…359.9); undefined where it can. */
export function angleReason(axis: keyof BeamAngles, degrees: number, machine: Machine): string | undefined {
  const [low, high] = machine.limits[axis];
  const place = `${axis} ${degrees}° is outside`;
  if (!(degrees >= 0 && degrees <= 360)) {
    const same = Number.isFinite(degrees) ? `: ${tidy(((degrees % 360) + 360) % 360)}° is the same angle` : '';
    return `${place} 0°…360° of ${machine.name}${same}`;
  }
  return reachesAngle(degrees, machine.limits[axis]) ? undefined : `${place} ${low}°…${high}° of ${machine.name}`;
}

/** How far each jaw goes, mm: outwards to the machine's limit, inwards past the axis by its over-travel. */
export function jawRanges({ limits }: Pick<Machine, 'limits'>): readonly (readonly [number, number])[] {
  const { jawX, jawY, overTravel } = limits;
  const [x, y] = [overTravel?.x ?? Infinity, overTravel?.y ?? Infinity];
  return [
    [jawX[0], Math.min(x, jawX[1])],
    [Math.max(-x, jawX[0]), jawX[1]],
    [jawY[0], Math.min(y, jawY[1])],
    [Math.max(-y, jawY[0]), jawY[1]],
  ];
}

/** Why jaws cannot stand so: the first jaw at fault and the reason; undefined where they can. */
export function jawsReason(jaws: Jaws, machine: Machine): string | undefined {
  const ranges = jawRanges(machine);
  for (const [n, at] of jaws.entries()) {
    const [low, high] = ranges[n];
    if (at >= low - ROUNDING && at <= high + ROUNDING) continue;
    const [past, end] = n % 2 === 0 ? [at > high, high] : [at < low, low];
    return past && machine.limits.overTravel !== undefined
      ? `${JAW_NAMES[n]} ${at} mm is beyond the over-travel of ${end} mm of ${machine.name}`
      : `${JAW_NAMES[n]} ${at} mm is outside ${low}…${high} mm of ${machine.name}`;
  }
  for (const [low, high, name] of [
    [jaws[0], jaws[1], 'X'],
    [jaws[2], jaws[3], 'Y'],
  ] as const)
    if (!(low < high)) return `${name}1 (${low} mm) must be below ${name}2 (${high} mm)`;
  return undefined;
}

/** Why a beam cannot be given so many monitor units in a fraction; undefined where it can. */
export function metersetReason(mu: number, { name, limits }: Pick<Machine, 'name' | 'limits'>): string | undefined {
  const least = limits.minimumMeterset ?? 0;
  if (mu === 0 || (mu >= least && mu <= limits.maximumMeterset)) return undefined;
  return `${mu} MU is outside ${least}…${limits.maximumMeterset} MU of ${name}`;
}

/**
 * Why a wedge cannot stand in a field: the field reaches past the wedge's ends, beyond which its thickness is unknown. `orientation` in
 * IEC degrees (model Wedge). Undefined where it can.
 */
export function wedgeReason(
  wedgeId: string,
  orientation: number,
  jaws: Jaws,
  machine: Pick<Machine, 'name' | 'wedges'>,
): string | undefined {
  const wedge = machine.wedges.find(({ id }) => id === wedgeId);
  if (wedge === undefined) return `${machine.name} has no wedge ${wedgeId}`;
  const turn = (orientation * Math.PI) / 180;
  const corners = [[jaws[0], jaws[2]], [jaws[1], jaws[2]], [jaws[0], jaws[3]], [jaws[1], jaws[3]]]; // biome-ignore format: four corners
  const along = corners.map(([x, y]) => y * Math.cos(turn) - x * Math.sin(turn));
  const [low, high] = [wedge.profile[0][0], wedge.profile[wedge.profile.length - 1][0]];
  const reach = Math.min(...along) < low - ROUNDING ? Math.min(...along) : Math.max(...along);
  if (reach >= low - ROUNDING && reach <= high + ROUNDING) return undefined;
  return `the field reaches ${tidy(reach)} mm along wedge ${wedgeId}, which goes from ${low} to ${high} mm on ${machine.name}`;
}

/** Why a beam cannot have this name; undefined where it can. BeamName is LO; 16 characters are what TG-263 asks of names. */
export function nameReason(name: string, others: readonly Pick<Beam, 'name'>[]): string | undefined {
  const trimmed = name.trim();
  if (trimmed.length === 0 || trimmed.length > 64) return 'a beam name must have 1–64 characters';
  if (trimmed.includes('\\')) return 'a beam name must not hold a backslash';
  return others.some((beam) => beam.name === trimmed) ? `another beam is called ${trimmed}` : undefined;
}

const tidy = (value: number): number => Math.round(value * 10) / 10;
