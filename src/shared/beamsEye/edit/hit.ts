import type { Machine } from '../../dosimetry/machine/machine.ts';
import type { ControlPoint } from '../../model/plan.ts';
import { jawsOf } from '../opening.ts';
import type { Bank, JawSide } from './moved.ts';
import { pairAt, type Place } from './strokes.ts';

/** What lies under the pointer and can be dragged. */
export type Handle =
  | { readonly kind: 'jaw'; readonly side: JawSide }
  | { readonly kind: 'leaf'; readonly bank: Bank; readonly pair: number };

/**
 * The jaw edge or leaf end nearest to a place in collimator axes, within `reach` mm. Where a leaf end lies on a jaw the leaf is meant
 * inside the field and the jaw beyond its corners; a closed pair has its two ends on their own sides.
 */
export function handleAt(control: ControlPoint, mlc: Machine['mlc'], place: Place, reach: number): Handle | undefined {
  const found: { readonly handle: Handle; readonly off: number }[] = [];
  const jaws = jawsOf(control);
  if (jaws !== undefined) {
    const [x1, x2, y1, y2] = jaws;
    const [x, y] = place;
    const edge = (side: JawSide, off: number, beyond: boolean): void => {
      if (!beyond) found.push({ handle: { kind: 'jaw', side }, off: Math.abs(off) + 0.25 * reach });
    };
    const [aside, apart] = [x < x1 - reach || x > x2 + reach, y < y1 - reach || y > y2 + reach];
    edge('X1', x - x1, apart);
    edge('X2', x - x2, apart);
    edge('Y1', y - y1, aside);
    edge('Y2', y - y2, aside);
  }
  const pair = mlc === undefined ? undefined : pairAt(mlc, place);
  const ends = mlc === undefined ? undefined : control.positions[mlc.type];
  if (mlc !== undefined && ends !== undefined && pair !== undefined) {
    const travel = mlc.type === 'MLCX' ? place[0] : place[1];
    const pairs = mlc.leafBoundaries.length - 1;
    const [negative, positive] = [travel - ends[pair], travel - ends[pairs + pair]];
    const bank: Bank = negative + positive < 0 ? 0 : 1;
    found.push({ handle: { kind: 'leaf', bank, pair }, off: Math.abs(bank === 0 ? negative : positive) });
  }
  const [nearest] = found.sort((a, b) => a.off - b.off);
  return nearest !== undefined && nearest.off <= reach ? nearest.handle : undefined;
}
