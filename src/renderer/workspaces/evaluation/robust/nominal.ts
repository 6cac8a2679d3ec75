import { knownDvh } from '#renderer/compute/structures/frontend.ts';
import type { RobustResult } from '#renderer/stores/robustStore.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { Plan } from '#shared/model/plan.ts';

/** Share of the plan's own that the nominal mean dose of the target may be off before it is said. */
const TOLERATED = 0.02;

/** Where the nominal dose is not what the plan's dose says: another engine, grid or calibration, or a dose of elsewhere. */
export function nominalRemark(
  { rois, scenarios: [nominal] }: Pick<RobustResult, 'rois' | 'scenarios'>,
  dose: DoseVolume | undefined,
  prescription: Plan['prescription'],
  dvhOf: typeof knownDvh = knownDvh,
): string | undefined {
  const target = rois.find(({ number }) => number === prescription?.targetRoiNumber);
  if (dose === undefined || target === undefined) return undefined;
  const [own, here] = [dvhOf(target, dose)?.mean, nominal.dvhs.get(target.number)?.mean];
  if (own === undefined || here === undefined || Math.abs(here - own) <= TOLERATED * own) return undefined;
  return `The nominal mean dose of ${target.name} is ${here.toFixed(2)} Gy here; the plan’s dose has ${own.toFixed(2)} Gy.`;
}
