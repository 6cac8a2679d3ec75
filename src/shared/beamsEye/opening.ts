import type { Beam, ControlPoint } from '../model/plan.ts';
import { combineRings, mergeRings, type Ring } from '../structures/contours/rings.ts';

/** Jaw openings [x1, x2, y1, y2] in mm at the isocenter plane; undefined without jaws. */
export function jawsOf({
  positions,
}: Pick<ControlPoint, 'positions'>): readonly [number, number, number, number] | undefined {
  const x = positions.ASYMX ?? positions.X;
  const y = positions.ASYMY ?? positions.Y;
  return x === undefined || y === undefined ? undefined : [x[0], x[1], y[0], y[1]];
}

export const rectangle = (x0: number, y0: number, x1: number, y1: number): Ring =>
  Float64Array.of(x0, y0, x1, y0, x1, y1, x0, y1);

/** Between the leaves of one device at a control point, mm at the isocenter plane; undefined for a device that is no MLC. */
function betweenLeaves(
  device: Beam['devices'][number],
  { positions }: Pick<ControlPoint, 'positions'>,
): Ring[] | undefined {
  const { type, pairs, leafBoundaries } = device;
  const ends = positions[type];
  if (!type.startsWith('MLC') || ends === undefined || leafBoundaries === undefined) return undefined;
  const alongX = type !== 'MLCY';
  const rings: Ring[] = [];
  let run: number[] = [];
  const close = (): void => {
    if (run.length > 0) rings.push(stairs(run, alongX));
    run = [];
  };
  for (let pair = 0; pair < pairs; pair++) {
    const [negative, positive] = [ends[pair], ends[pairs + pair]];
    // What is no number opens nothing, either.
    if (!(positive - negative >= 0.01)) {
      close();
      continue;
    }
    // Pairs that open beside each other without a common stretch meet in no more than a corner.
    const [before, beyond] = run.slice(-2);
    if (run.length > 0 && Math.min(positive, beyond) - Math.max(negative, before) < 0.001) close();
    run.push(leafBoundaries[pair], leafBoundaries[pair + 1], negative, positive);
  }
  close();
  return rings;
}

/** The outline of open pairs beside each other, counter-clockwise; of each: its two boundaries, its negative and its positive end. */
function stairs(run: readonly number[], alongX: boolean): Ring {
  const up: [number, number][] = [];
  const down: [number, number][] = [];
  for (let n = 0; n < run.length; n += 4) {
    const [low, high, negative, positive] = run.slice(n, n + 4);
    up.push([positive, low], [positive, high]);
    down.push([negative, low], [negative, high]);
  }
  // Some files list boundaries falling.
  const rises = run[1] > run[0];
  const corners = [...up, ...down.toReversed()];
  const turned = alongX === rises ? corners : corners.toReversed();
  return Float64Array.from(turned.flatMap(([along, across]) => (alongX ? [along, across] : [across, along])));
}

/** The opening of a beam at a control point: x, y in mm of its beam-limiting-device system at the isocenter plane. */
export function openingOf(beam: Pick<Beam, 'devices' | 'blocks'>, control: Pick<ControlPoint, 'positions'>): Ring[] {
  const jaws = jawsOf(control);
  const parts = beam.devices.flatMap((device) => {
    const between = betweenLeaves(device, control);
    return between === undefined ? [] : [between];
  });
  if (jaws !== undefined) parts.unshift([rectangle(jaws[0], jaws[2], jaws[1], jaws[3])]);
  const blocks = (beam.blocks ?? []).filter(({ outline }) => outline.length >= 6);
  for (const { type, outline } of blocks) if (type === 'APERTURE') parts.push([Float64Array.from(outline)]);
  const open = parts.reduce<Ring[] | undefined>(
    (all, part) => (all === undefined ? part : combineRings('intersect', all, part)),
    undefined,
  );
  const shielded = blocks.filter(({ type }) => type === 'SHIELDING').map(({ outline }) => Float64Array.from(outline));
  if (open === undefined || shielded.length === 0) return open ?? [];
  return combineRings('subtract', open, mergeRings(shielded));
}
