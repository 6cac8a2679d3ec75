import { IsocenterError } from '../contract/errors.ts';
import { type Grid, indexToPatient } from '../geometry/volume.ts';
import type { Vec3 } from '../geometry/vec.ts';
import type { Registration } from '../model/registration.ts';
import { chain, pointMap, type Transform, transformOf } from './transform.ts';

/** Ways that end up further apart than this contradict each other, mm. */
const AGREEMENT = 1;
/** Ways looked at, and registrations on one: more than anyone chains. */
const MOST_WAYS = 50;
const LONGEST_WAY = 6;

export interface FramePath {
  readonly transform: Transform;
  /** In the order they are applied; none within one frame. */
  readonly registrations: readonly Registration[];
  /** Other ways between the frames that end up elsewhere, by more than 1 mm. */
  readonly warnings: readonly string[];
}

interface PathOptions {
  /** Where in `from` ways are compared (its corners and centre); default a cube of 30 cm about the origin. */
  readonly where?: Grid;
  /** Leaves deformations out. */
  readonly rigidOnly?: boolean;
}

/**
 * The way from frame of reference `from` to `to` through registrations, each usable in both directions: the shortest, of equals the one
 * whose registrations come first in the list (callers give the newest first). A point of `from` becomes one of `to`.
 * @throws IsocenterError FRAME_OF_REFERENCE when a frame is not named or no way leads there.
 */
export function framePath(
  registrations: readonly Registration[],
  from: string,
  to: string,
  { where, rigidOnly = false }: PathOptions = {},
): FramePath {
  if (from === '' || to === '')
    throw new IsocenterError('FRAME_OF_REFERENCE', 'an image names no frame of reference', {
      attribute: 'FrameOfReferenceUID',
    });
  if (from === to) return { transform: [], registrations: [], warnings: [] };
  const usable = rigidOnly ? registrations.filter(({ kind }) => kind === 'rigid') : registrations;
  const [chosen, ...others] = waysBetween(usable, from, to);
  if (chosen === undefined)
    throw new IsocenterError('FRAME_OF_REFERENCE', 'no registration leads from one frame of reference to the other', {
      object: `${from} to ${to}`,
      attribute: 'FrameOfReferenceUID',
    });
  const transform = transformAlong(chosen, from);
  const warnings: string[] = [];
  for (const other of others) {
    const mm = furthestApart(transform, transformAlong(other, from), probes(where));
    if (mm > AGREEMENT)
      warnings.push(`${namesOf(chosen)} and ${namesOf(other)} differ by up to ${mm.toFixed(1)} mm; the first is used`);
  }
  return { transform, registrations: chosen, warnings };
}

const namesOf = (way: readonly Registration[]): string =>
  way.map(({ label }) => `"${label || 'registration'}"`).join(' with ');

/** Ways that visit no frame twice, breadth first: shorter before longer, then in the order of the list. */
function waysBetween(registrations: readonly Registration[], from: string, to: string): Registration[][] {
  const found: Registration[][] = [];
  let ends: { readonly frame: string; readonly seen: readonly string[]; readonly way: Registration[] }[] = [
    { frame: from, seen: [from], way: [] },
  ];
  while (ends.length > 0 && found.length < MOST_WAYS) {
    const next: typeof ends = [];
    for (const { frame, seen, way } of ends)
      for (const registration of registrations) {
        const other = otherEnd(registration, frame);
        if (other === undefined || seen.includes(other)) continue;
        const longer = [...way, registration];
        if (other === to) found.push(longer);
        else if (longer.length < LONGEST_WAY && next.length < 1000)
          next.push({ frame: other, seen: [...seen, other], way: longer });
      }
    ends = next;
  }
  return found.slice(0, MOST_WAYS);
}

function otherEnd({ fixedFrame, movingFrame }: Registration, frame: string): string | undefined {
  if (fixedFrame === movingFrame) return undefined;
  return frame === movingFrame ? fixedFrame : frame === fixedFrame ? movingFrame : undefined;
}

function transformAlong(way: readonly Registration[], from: string): Transform {
  let frame = from;
  const parts: Transform[] = [];
  for (const registration of way) {
    const towards = registration.movingFrame === frame ? 'fixed' : 'moving';
    parts.push(transformOf(registration, towards));
    frame = towards === 'fixed' ? registration.fixedFrame : registration.movingFrame;
  }
  return chain(...parts);
}

function furthestApart(a: Transform, b: Transform, points: readonly Vec3[]): number {
  const [mapA, mapB] = [pointMap(a), pointMap(b)];
  let most = 0;
  for (const point of points) {
    const [p, q] = [Float64Array.from(point), Float64Array.from(point)];
    if (mapA(p) && mapB(q)) most = Math.max(most, Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]));
  }
  return most;
}

/** Corners, face centres and centre of a grid's box (27 points). */
function probes(
  grid: Grid = {
    dims: [3, 3, 3],
    spacing: [150, 150, 150],
    origin: [-150, -150, -150],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  },
): Vec3[] {
  const points: Vec3[] = [];
  const at = (n: number, thirds: number): number => ((n - 1) * thirds) / 2;
  for (let k = 0; k < 3; k++)
    for (let j = 0; j < 3; j++)
      for (let i = 0; i < 3; i++)
        points.push(indexToPatient(grid, [at(grid.dims[0], i), at(grid.dims[1], j), at(grid.dims[2], k)]));
  return points;
}
