import type { BixelLattice } from '../../dosimetry/pencilBeam/fluence/bixelGeometry.ts';
import type { Machine } from '../../dosimetry/machine/machine.ts';
import { jawRanges } from '../../dosimetry/plan/beamLimits.ts';
import { areaCoverage } from '../../structures/contours/coverage.ts';
import { boundsOf, type Ring } from '../../structures/contours/rings.ts';

export interface LaidBixels {
  readonly lattice: BixelLattice;
  /** Bixels that would be wanted but lie where no leaf or jaw opens. */
  readonly beyond: number;
}

/**
 * Bixels of `width` mm whose squares meet any of the outlines (normalised rings on the isocenter plane, BLD mm), row after row. Their edges
 * are at multiples of the width, so that they fall on leaf edges; those outside of what the machine can open are left out and counted.
 */
export function targetBixels(outlines: readonly (readonly Ring[])[], width: number, machine: Machine): LaidBixels {
  const wanted = new Map<number, Set<number>>();
  for (const rings of outlines) {
    const bounds = boundsOf(rings);
    if (bounds === undefined) continue;
    const [column, row] = [Math.floor(bounds[0] / width), Math.floor(bounds[1] / width)];
    const size = [Math.ceil(bounds[2] / width) - column, Math.ceil(bounds[3] / width) - row];
    const covered = areaCoverage(rings, {
      width: size[0],
      height: size[1],
      u0: (column + 0.5) * width,
      v0: (row + 0.5) * width,
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
      const fits = [x, y].every((at, axis) => at * width >= low[axis] && (at + 1) * width <= high[axis]);
      if (fits) middles.push([(x + 0.5) * width, (y + 0.5) * width]);
      else beyond++;
    }
  return { lattice: { width, middles }, beyond };
}

/** Corners of the largest field, BLD mm, a rounding wider. */
function openable(machine: Machine): readonly [readonly number[], readonly number[]] {
  const { mlc } = machine;
  const jaws = jawRanges(machine);
  const along = mlc?.maximumExtent ?? Infinity;
  const edges = mlc?.leafBoundaries ?? [-Infinity, Infinity];
  const across = [edges[0], edges[edges.length - 1]];
  const leaves = mlc?.type === 'MLCY' ? [across, [-along, along]] : [[-along, along], across];
  return [
    [0, 1].map((axis) => Math.max(jaws[2 * axis][0], leaves[axis][0]) - 1e-6),
    [0, 1].map((axis) => Math.min(jaws[2 * axis + 1][1], leaves[axis][1]) + 1e-6),
  ];
}
