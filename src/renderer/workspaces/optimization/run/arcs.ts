import type { PlannedArc } from '#renderer/compute/optimization/base.ts';
import { arcLength } from '#shared/dosimetry/plan/arrange/conformalArc.ts';
import { ARC_SPACING } from '#shared/optimization/plan/defaults.ts';

const turn = (degrees: number): number => ((degrees % 360) + 360) % 360;

/** Why a gantry cannot turn an arc, or nothing comes of it; undefined where it can. What a machine's own limits say, the run tells. */
export function arcProblem(arc: PlannedArc): string | undefined {
  const { start, stop, direction, avoid } = arc;
  if (start === stop) return 'it starts where it stops';
  const length = arcLength(arc);
  const toStop = direction === 'CW' ? turn(180 - start) : turn(start - 180);
  if (toStop > 0 && toStop < length) return `the gantry cannot pass 180° from ${start}° to ${stop}° ${direction}`;
  const from = direction === 'CW' ? start : stop;
  const covers = ([begin, end]: readonly [number, number]): boolean => turn(from - begin) + length <= turn(end - begin);
  return avoid.some(covers) ? 'all of it is avoided' : undefined;
}

/** One more arc: back along the last one, with the leaves slanted to the other side. */
export function nextArc(arcs: readonly PlannedArc[]): PlannedArc {
  const last = arcs.at(-1);
  if (last === undefined)
    return { start: 181, stop: 179, direction: 'CW', collimator: 30, couch: 0, spacing: ARC_SPACING, avoid: [] };
  const { start, stop, direction, collimator } = last;
  return {
    ...last,
    start: stop,
    stop: start,
    direction: direction === 'CW' ? 'CC' : 'CW',
    collimator: turn(-collimator),
  };
}
