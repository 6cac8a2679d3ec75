import type { ApertureProblem } from '../aperture/optimizeApertures.ts';
import type { Apertures, Exposure, Succession } from '../aperture/apertures.ts';
import type { ArcScheme } from './arcScheme.ts';

/** What apertures of an arc are optimised over with fewer control points. */
interface CoarseScheme extends Pick<ApertureProblem, 'scheme' | 'leastWeights' | 'mostWeights'> {
  /** Apertures of every control point, without those between. */
  readonly coarsened: (apertures: Apertures) => Apertures;
  /** Apertures with the control points between: leaves on their way, MU in equal parts. They keep every rule that these keep. */
  readonly refined: (apertures: Apertures) => Apertures;
}

/** Intervals that are one: `first` to `first + count`. */
interface Group {
  readonly first: number;
  readonly count: number;
  /** Index of its exposure, shapes as they are numbered here. */
  readonly from: number;
  readonly to: number;
}

/** Arcs are begun with control points as many degrees apart as this, or less; an interval more where a run of them does not come out even. */
const COARSEST = 6;

/** How many intervals of the arcs are one to begin with: the largest odd number that keeps COARSEST. */
export function coarseFactor({ arcs }: ArcScheme): number {
  const step = Math.max(...arcs.map(({ course }) => course.step));
  return Math.max(1, 2 * Math.floor((COARSEST / step - 1) / 2 + 1e-9) + 1);
}

/**
 * Every `factor` intervals of a scheme as one, seen from the direction in its middle: few control points find where leaves are to go, more of
 * them how (progressive sampling: Otto, Med. Phys. 35 (2008) 310). What a run of intervals has over or lacks goes to its groups in turn.
 * @param factor odd, so that a direction of the operator is in the middle.
 */
export function coarseScheme({ arcs, exposures, successions, ...fine }: ArcScheme, factor: number): CoarseScheme {
  const groups: Group[] = [];
  const coarse: { exposures: Exposure[]; successions: Succession[] } = { exposures: [], successions: [] };
  /** Of every shape here, its index there. */
  const shapeOf: number[] = [];
  let run = 0;
  for (const { runs } of arcs)
    for (const { first, count } of runs) {
      const many = Math.max(1, Math.round(count / factor));
      const at = (n: number): number => first + Math.round((n * count) / many);
      const own: number[] = [shapeOf.push(exposures[first].from) - 1];
      let least = Infinity;
      for (let n = 0; n < many; n++) {
        const size = at(n + 1) - at(n);
        least = Math.min(least, size);
        own.push(shapeOf.push(exposures[at(n + 1) - 1].to) - 1);
        const [from, to] = own.slice(-2);
        groups.push({ first: at(n), count: size, from, to });
        coarse.exposures.push({ direction: exposures[at(n) + Math.floor(size / 2)].direction, from, to });
      }
      coarse.successions.push({ shapes: own, travel: successions[run++].travel * least });
    }
  const summed = (weights: Float64Array): Float64Array =>
    Float64Array.from(groups, ({ first, count }) => weights.subarray(first, first + count).reduce((a, b) => a + b, 0));
  return {
    scheme: coarse,
    leastWeights: summed(fine.leastWeights),
    mostWeights: summed(fine.mostWeights),
    coarsened: ({ shapes, weights }) => ({ shapes: shapeOf.map((n) => shapes[n].slice()), weights: summed(weights) }),
    refined: ({ shapes, weights }) => {
      const all = arcs.flatMap(({ course }) => course.angles.map(() => new Float64Array(shapes[0].length)));
      const parts = new Float64Array(exposures.length);
      for (const [n, { first, count, from, to }] of groups.entries()) {
        parts.fill(weights[n] / count, first, first + count);
        for (let k = 0; k <= count; k++) {
          const into = all[k < count ? exposures[first + k].from : exposures[first + k - 1].to];
          for (let leaf = 0; leaf < into.length; leaf++)
            into[leaf] = shapes[from][leaf] + (k / count) * (shapes[to][leaf] - shapes[from][leaf]);
        }
      }
      return { shapes: all, weights: parts };
    },
  };
}
