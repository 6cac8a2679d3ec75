import type { Beam, ControlPoint } from '../../model/plan.ts';

/** Motion of leaves and jaws that is no more than rounding, mm. */
const STILL = 0.05;

/** Whether what a beam opens changes while it is on: several different segments, a sliding window, an arc whose leaves move. */
export function isModulated({ controlPoints }: Beam): boolean {
  const lit = new Set<ControlPoint>();
  for (let n = 1; n < controlPoints.length; n++) {
    const [from, to] = [controlPoints[n - 1], controlPoints[n]];
    if (to.metersetWeight > from.metersetWeight) lit.add(from).add(to);
  }
  const [first, ...rest] = lit;
  return rest.some((point) => differ(first, point));
}

const differ = (a: ControlPoint, b: ControlPoint): boolean =>
  Object.entries(b.positions).some(([type, values]) => {
    const other = a.positions[type as keyof ControlPoint['positions']];
    return values.some((value, n) => Math.abs(value - (other?.[n] ?? value)) > STILL);
  });
