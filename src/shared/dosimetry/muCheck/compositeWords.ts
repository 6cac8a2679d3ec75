import { placeText } from '../../geometry/fixed.ts';
import type { CompositeMuCheck } from './compositeCheck.ts';

/** By what modulated beams are judged, one clause to stand beside each beam's part. */
export function compositeWords({ point, engineDose, checkDose, difference }: CompositeMuCheck): string {
  const sign = difference < 0 ? '−' : '+';
  return `part in % of all beams’ dose, by which it is judged: ${engineDose.toFixed(3)} Gy, by factors ${checkDose.toFixed(3)} Gy, ${sign}${Math.abs(difference).toFixed(1)} % at (${placeText(point)}) mm`;
}
