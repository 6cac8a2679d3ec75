const FIRST_MS = 5_000;
const LONGEST_MS = 15 * 60_000;

/**
 * How long to wait after `fruitless` attempts in a row that sent nothing, ms: 5 s doubled each time, at most 15 min, and of
 * that between a half and the whole, so that many workstations do not come back to a restarted archive at once.
 * @param random 0..1
 */
export function backoffMs(fruitless: number, random: number): number {
  const full = Math.min(FIRST_MS * 2 ** Math.min(Math.max(fruitless - 1, 0), 20), LONGEST_MS);
  return Math.round(full * (0.5 + 0.5 * random));
}
