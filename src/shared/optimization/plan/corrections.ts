import type { DoseObjective } from '../objectives/doseObjective.ts';
import type { Deliverable } from './deliverable.ts';

/** Doses as they are finally computed. */
export interface Judged<Final> {
  readonly final: Final;
  /** Gy per fraction, by row. */
  readonly doses: Float64Array;
}

export interface Corrected<Found, Final> {
  readonly deliverable: Found;
  readonly judged: Judged<Final>;
  /** What the optimiser believed of them, its correction with it, Gy per fraction, by row. */
  readonly believed: Float64Array;
  /** The objective on final doses after each round, the first before any correction. */
  readonly values: readonly number[];
}

/** Rounds end when the objective on final doses is within this share of what the optimiser believes that it is. */
const AGREEMENT = 0.02;

/**
 * What the model of the optimiser lacks (head scatter, heterogeneity, leaf ends: final doses less its own) is added to it, and the apertures
 * are optimised on, as often as `rounds` says or until both agree (Siebers et al., Med. Phys. 29 (2002) 952, "hybrid" with a correction by
 * differences). The best by its final doses is returned; an earlier round where a later one is worse.
 * @param judge computes final doses; `last` when no further round can follow.
 */
export async function corrected<Found extends Deliverable<Found>, Final>(
  first: Found,
  objective: Pick<DoseObjective, 'evaluate'>,
  judge: (deliverable: Found, last: boolean) => Promise<Judged<Final>>,
  rounds: number,
  onRound?: (round: number) => void,
): Promise<Corrected<Found, Final>> {
  const spare = new Float64Array(first.doses.length);
  let deliverable = first;
  let promised = first.value;
  let offset: Float64Array | undefined;
  let best: { deliverable: Found; judged: Judged<Final>; believed: Float64Array; value: number } | undefined;
  const values: number[] = [];
  for (let round = 0; ; round++) {
    const judged = await judge(deliverable, round === rounds);
    const value = objective.evaluate(judged.doses, spare);
    values.push(value);
    const { doses } = deliverable;
    const believed = offset === undefined ? doses : doses.map((dose, row) => dose + offset![row]);
    if (best === undefined || value <= best.value) best = { deliverable, judged, believed, value };
    if (round === rounds || value <= promised * (1 + AGREEMENT)) return { ...best, values };
    onRound?.(round + 1);
    offset = judged.doses.map((dose, row) => dose - doses[row]);
    deliverable = await deliverable.improved(offset);
    promised = deliverable.value;
  }
}
