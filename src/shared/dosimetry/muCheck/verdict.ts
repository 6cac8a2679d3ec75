/** Above this difference a beam is not to be treated before it is explained, % (AAPM TG-114). */
const STOP = 5;
/** The same where the point is a poor one: what penumbrae, low density or the ends of tables explain, nothing beyond; %. */
const STOP_POOR = 15;

/** `within` needs no explaining, `review` may have an innocent reason, `stop` has none that is known here. */
export type MuVerdict = 'within' | 'review' | 'stop';

/**
 * @param difference of the dose from the independent one, %
 * @param level up to which nothing needs explaining, %
 * @param poor the point is one at which calculations by tables are known to be off
 */
export function verdictOf(difference: number, level: number, poor: boolean): MuVerdict {
  const size = Math.abs(difference);
  if (size <= level) return 'within';
  return size <= (poor ? STOP_POOR : STOP) ? 'review' : 'stop';
}
