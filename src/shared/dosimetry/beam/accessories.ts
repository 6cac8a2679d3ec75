import { IsocenterError } from '../../contract/errors.ts';
import type { Beam } from '../../model/plan.ts';

/** What no engine here computes, by the attribute that brings it. */
const NOT_COMPUTED = [
  ['wedges', 'WedgeSequence', 'wedges'],
  ['blocks', 'BlockSequence', 'blocks'],
  ['compensators', 'CompensatorSequence', 'compensators'],
  ['boluses', 'ReferencedBolusSequence', 'boli'],
  ['applicators', 'ApplicatorSequence', 'applicators'],
  ['generalAccessories', 'GeneralAccessorySequence', 'general accessories'],
] as const;

/**
 * Refuses what stands in the beam and would be missing in its dose.
 * @throws IsocenterError DOSE naming the beam and the attribute.
 */
export function refuseNotComputed(beam: Beam): void {
  const refuse = (message: string, attribute: string): IsocenterError =>
    new IsocenterError('DOSE', message, { object: `Beam ${beam.number} (${beam.name})`, attribute });
  if (beam.radiationType !== 'PHOTON')
    throw refuse(`only photons are computed, not "${beam.radiationType}"`, 'RadiationType');
  for (const [list, attribute, what] of NOT_COMPUTED)
    if ((beam[list]?.length ?? 0) > 0) throw refuse(`${what} are not computed: its dose would lack them`, attribute);
  for (const [factor, attribute] of [
    ['totalBlockTrayFactor', 'TotalBlockTrayFactor'],
    ['totalCompensatorTrayFactor', 'TotalCompensatorTrayFactor'],
  ] as const)
    if ((beam[factor] ?? 1) !== 1) throw refuse('tray factors are not computed', attribute);
}
