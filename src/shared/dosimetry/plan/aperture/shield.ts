import type { Beam, BeamLimitingDevice, ControlPoint } from '../../../model/plan.ts';

/** Points on the isocenter plane in the beam-limiting device system, mm: x, y, x, y … */
export type PlanePoints = readonly number[];

/** Positions to a tenth of a millimetre. */
const RESOLUTION = 0.1;

/**
 * An aperture that shields points (where a dose is too high, seen from the source): in every leaf pair that sees some, one leaf goes over them
 * from the side from which it covers less of the opening; a pair that would have nothing left open closes. Jaws stay.
 * @param margin mm by which leaf ends go past the outermost point; neighbouring leaves within it take part
 * @param gap least distance of opposite leaves, mm
 * @returns undefined where no leaf pair sees a point, or the beam has no leaves along one axis
 */
export function shieldedPositions(
  { devices }: Pick<Beam, 'devices'>,
  { positions }: Pick<ControlPoint, 'positions'>,
  points: PlanePoints,
  margin: number,
  gap: number,
): ControlPoint['positions'] | undefined {
  const device = devices.find(({ type }) => type === 'MLCX' || type === 'MLCY');
  const ends = device && positions[device.type];
  if (device?.leafBoundaries === undefined || ends === undefined) return undefined;
  const next = [...ends];
  let shields = false;
  for (let pair = 0; pair < device.pairs; pair++) {
    const hot = extentIn(points, device, pair, margin);
    const [from, to] = [ends[pair], ends[device.pairs + pair]];
    if (hot === undefined || hot[1] + margin <= from || hot[0] - margin >= to) continue;
    shields = true;
    const [low, high] = [Math.max(from, hot[0] - margin), Math.min(to, hot[1] + margin)];
    const fromLow = high - from <= to - low;
    const end = fromLow
      ? Math.ceil(high / RESOLUTION - 1e-6) * RESOLUTION
      : Math.floor(low / RESOLUTION + 1e-6) * RESOLUTION;
    if (fromLow) next[pair] = tidy(Math.min(end, to - gap));
    else next[device.pairs + pair] = tidy(Math.max(end, from + gap));
  }
  return shields ? { ...positions, [device.type]: next } : undefined;
}

/** How far the points within a leaf pair's width, widened by the margin, reach along the leaves. */
function extentIn(
  points: PlanePoints,
  { type, leafBoundaries = [] }: BeamLimitingDevice,
  pair: number,
  margin: number,
): readonly [number, number] | undefined {
  const [along, across] = type === 'MLCY' ? [1, 0] : [0, 1];
  let [low, high] = [Infinity, -Infinity];
  for (let n = 0; n + 1 < points.length; n += 2) {
    const at = points[n + across];
    if (at < leafBoundaries[pair] - margin || at > leafBoundaries[pair + 1] + margin) continue;
    low = Math.min(low, points[n + along]);
    high = Math.max(high, points[n + along]);
  }
  return low <= high ? [low, high] : undefined;
}

const tidy = (value: number): number => Math.round(value * 1000) / 1000;
