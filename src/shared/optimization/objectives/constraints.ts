import type { DoseObjective } from './doseObjective.ts';

/** A constraint counts as kept within this, Gy per fraction. */
const KEPT = 0.01;
const ROUNDS = 8;

/**
 * Minimises, and again from there with constraints that pull harder, until all are kept within 0.01 Gy per fraction or eight rounds are over.
 * @param minimise from the last round's result, undefined the first time.
 */
export async function keepingConstraints<Found extends { readonly doses: Float64Array }>(
  { tighten }: DoseObjective,
  minimise: (from: Found | undefined) => Promise<Found>,
): Promise<Found & { readonly violation: number }> {
  let found = await minimise(undefined);
  for (let round = 1; ; round++) {
    const violation = tighten(found.doses);
    if (violation <= KEPT || round === ROUNDS) return { ...found, violation };
    found = await minimise(found);
  }
}
