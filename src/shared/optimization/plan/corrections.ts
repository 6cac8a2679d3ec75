import type { Deliverable } from './deliverable.ts';

/** Doses as they are finally computed. */
export interface Judged<Final> {
  readonly final: Final;
  /** Gy per fraction, by row. */
  readonly doses: Float64Array;
  /** The same in every voxel that goals are about, be it a row or not (`OptimizationProblem.every`). */
  readonly every: Float64Array;
  /** Good enough to correct by, but not what the plan is to have. */
  readonly rough?: boolean;
}

export interface Corrected<Found, Final> {
  readonly deliverable: Found;
  readonly judged: Judged<Final>;
  /** What the optimiser believed of them, its correction with it, Gy per fraction, by row. */
  readonly believed: Float64Array;
  /** The objective on its final dose in every voxel. */
  readonly value: number;
  /** The same after each round by the doses that were corrected by, which may be rough; the first before any correction. */
  readonly values: readonly number[];
}

/** Rounds end when the objective on final doses is within this share of what the optimiser believes that it is. */
const AGREEMENT = 0.02;

/** How doses are judged; another object once the goals are others. */
export interface Judge {
  /** The objective of doses by row, without what constraints add while they are sought. */
  readonly value: (doses: Float64Array) => number;
  /** Of final doses in every voxel: the objective, and the worst violation of a hard constraint, Gy per fraction. */
  readonly final: (every: Float64Array) => { readonly value: number; readonly violation: number };
}

/** Doses that violate constraints by no more than this (Gy per fraction) keep them. */
const KEPT = 0.01;

/**
 * What the model of the optimiser lacks (head scatter, heterogeneity, leaf ends: final doses less its own) is added to it, and the apertures
 * are optimised on, as often as `rounds` says or until both agree and constraints hold in the final dose (Siebers et al., Med. Phys. 29
 * (2002) 952, "hybrid" with a correction by differences). The best by its final doses is returned, kept constraints first; an earlier round where
 * a later one is worse. Goals that were changed meanwhile get a round of their own.
 * @param judge computes final doses, roughly if it wants to unless they are to be `exact`: what is returned is exact.
 * @param judgeBy asked in every round.
 */
export async function corrected<Found extends Deliverable<Found>, Final>(
  first: Found,
  judgeBy: () => Judge,
  judge: (deliverable: Found, exact: boolean) => Promise<Judged<Final>>,
  rounds: number,
  onRound?: (round: number) => void,
): Promise<Corrected<Found, Final>> {
  let deliverable = first;
  let madeFor = judgeBy();
  let offset: Float64Array | undefined;
  let best: Standing<Found, Final> | undefined;
  const values: number[] = [];
  // By the goals as they are when the doses are there: computing them takes long enough to change one's mind.
  const stands = async (found: Found, believed: Float64Array, exact: boolean): Promise<Standing<Found, Final>> => {
    const judged = await judge(found, exact);
    return standing(found, believed, judged, judgeBy());
  };
  for (let round = 0; ; round++) {
    const { doses } = deliverable;
    const believed = offset === undefined ? doses : doses.map((dose, row) => dose + offset![row]);
    let now = await stands(deliverable, believed, round >= rounds);
    if (now.by === madeFor && isAgreed(now) && now.judged.rough === true)
      now = await stands(deliverable, believed, true);
    values.push(now.value);
    best = better(best, now);
    if (now.by === madeFor && (round >= rounds || isAgreed(now))) {
      if (best.judged.rough === true) best = better(now, await stands(best.deliverable, best.believed, true));
      if (best.by === madeFor) {
        const { by: _by, violation: _violation, ...found } = best;
        return { ...found, values };
      }
    }
    onRound?.(round + 1);
    offset = now.judged.doses.map((dose, row) => dose - doses[row]);
    deliverable = await deliverable.improved(offset);
    // What comes next was made for these.
    madeFor = judgeBy();
  }
}

const isAgreed = <Found, Final>({ violation, judged, believed, by }: Standing<Found, Final>): boolean =>
  violation === 0 && by.value(judged.doses) <= by.value(believed) * (1 + AGREEMENT);

/** How a deliverable stands by its final doses. */
interface Standing<Found, Final> extends Omit<Corrected<Found, Final>, 'values'> {
  readonly by: Judge;
  readonly violation: number;
}

function standing<Found, Final>(
  deliverable: Found,
  believed: Float64Array,
  judged: Judged<Final>,
  by: Judge,
): Standing<Found, Final> {
  const { value, violation } = by.final(judged.every);
  return { deliverable, judged, believed, by, value, violation: Math.max(0, violation - KEPT) };
}

/** The better of two by the judge of the later one, constraints first; the later one where they are alike. */
function better<Found, Final>(
  earlier: Standing<Found, Final> | undefined,
  later: Standing<Found, Final>,
): Standing<Found, Final> {
  if (earlier === undefined) return later;
  const { deliverable, believed, judged } = earlier;
  const one = earlier.by === later.by ? earlier : standing(deliverable, believed, judged, later.by);
  if (one.violation !== later.violation) return one.violation < later.violation ? one : later;
  return one.value < later.value ? one : later;
}
