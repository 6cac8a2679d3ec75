import type { BixelLattice } from '../../dosimetry/pencilBeam/fluence/bixelGeometry.ts';
import { leafRange } from '../../dosimetry/machine/deliveryLimits.ts';
import type { Machine } from '../../dosimetry/machine/machine.ts';
import { jawRanges } from '../../dosimetry/plan/beamLimits.ts';
import { areaCoverage } from '../../structures/contours/coverage.ts';
import { boundsOf, type Ring } from '../../structures/contours/rings.ts';

export interface LaidBixels {
  readonly lattice: BixelLattice;
  /** Bixels that would be wanted but lie where jaws do not open, or leaves do not open and shut. */
  readonly beyond: number;
}

/**
 * Bixels of `width` mm whose squares meet any of the outlines (normalised rings on the isocenter plane, BLD mm), row after row. Across the
 * leaves their edges are at multiples of the width, so that they fall on leaf edges; along them, where leaves stop anywhere, their middles
 * are. Those outside of what the machine can open are left out and counted.
 */
export function targetBixels(outlines: readonly (readonly Ring[])[], width: number, machine: Machine): LaidBixels {
  const { mlc } = machine;
  /** Of bixel 0, in widths: its middle along x and y. */
  const phase = [mlc?.type === 'MLCY' ? 0.5 : 0, mlc?.type === 'MLCX' ? 0.5 : 0];
  const wanted = new Map<number, Set<number>>();
  for (const rings of outlines) {
    const bounds = boundsOf(rings);
    if (bounds === undefined) continue;
    const place = (mm: number, axis: number): number => mm / width - phase[axis] + 0.5;
    const [column, row] = [Math.floor(place(bounds[0], 0)), Math.floor(place(bounds[1], 1))];
    const size = [Math.ceil(place(bounds[2], 0)) - column, Math.ceil(place(bounds[3], 1)) - row];
    const covered = areaCoverage(rings, {
      width: size[0],
      height: size[1],
      u0: (column + phase[0]) * width,
      v0: (row + phase[1]) * width,
      du: width,
      dv: width,
    });
    for (let at = 0; at < covered.length; at++) {
      if (covered[at] === 0) continue;
      const y = row + Math.floor(at / size[0]);
      const known = wanted.get(y) ?? new Set();
      wanted.set(y, known.add(column + (at % size[0])));
    }
  }
  const [low, high] = openable(machine);
  const middles: (readonly [number, number])[] = [];
  let beyond = 0;
  for (const y of [...wanted.keys()].sort((a, b) => a - b))
    for (const x of [...wanted.get(y)!].sort((a, b) => a - b)) {
      const middle = [(x + phase[0]) * width, (y + phase[1]) * width] as const;
      const fits = middle.every((at, axis) => at - width / 2 >= low[axis] && at + width / 2 <= high[axis]);
      if (fits) middles.push(middle);
      else beyond++;
    }
  return { lattice: { width, middles }, beyond };
}

/**
 * Lattices of directions that share jaws, each with the rest of the rectangle about the bixels of all of them behind its own: what leaks through
 * leaves and their gaps there is dose, too.
 */
export function filledLattices(lattices: readonly BixelLattice[], machine: Machine): BixelLattice[] {
  const [{ width }] = lattices;
  const all = lattices.flatMap(({ middles }) => middles);
  const [low, high] = openable(machine);
  const places = [0, 1].map((axis): readonly number[] => {
    const first = all.reduce((least, middle) => Math.min(least, middle[axis]), Infinity);
    const last = all.reduce((most, middle) => Math.max(most, middle[axis]), -Infinity);
    return Array.from({ length: 1 + Math.round((last - first) / width) }, (_, n) => first + n * width);
  });
  const fits = (at: number, axis: number): boolean => at - width / 2 >= low[axis] && at + width / 2 <= high[axis];
  const key = (middle: readonly [number, number]): string => middle.map((at) => Math.round((2 * at) / width)).join();
  return lattices.map(({ middles }) => {
    const own = new Set(middles.map(key));
    const rest = places[1].flatMap((y) => places[0].map((x) => [x, y] as const));
    return { width, middles: [...middles, ...rest.filter((at) => at.every(fits) && !own.has(key(at)))] };
  });
}

/** Corners of the largest field that leaves can open and shut, BLD mm, a rounding wider. */
function openable(machine: Machine): readonly [readonly number[], readonly number[]] {
  const { mlc } = machine;
  const jaws = jawRanges(machine);
  // Leaves of both sides must come there: what only one side reaches stays open once it is.
  const along = mlc === undefined ? Infinity : Math.min(leafRange(mlc, 0)[1], -leafRange(mlc, 1)[0]);
  const edges = mlc?.leafBoundaries ?? [-Infinity, Infinity];
  const across = [edges[0], edges[edges.length - 1]];
  const leaves = mlc?.type === 'MLCY' ? [across, [-along, along]] : [[-along, along], across];
  return [
    [0, 1].map((axis) => Math.max(jaws[2 * axis][0], leaves[axis][0]) - 1e-6),
    [0, 1].map((axis) => Math.min(jaws[2 * axis + 1][1], leaves[axis][1]) + 1e-6),
  ];
}
