import { errorWords } from '#shared/contract/errors.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import { checkDeliverability } from '#shared/optimization/deliverability/deliverability.ts';
import { violationWords } from '#shared/optimization/deliverability/violationWords.ts';

export interface BeamVerdict {
  readonly beam: Beam;
  /** Limits of its machine that it breaks, a sentence a kind; or why it cannot be judged at all. */
  readonly problems: readonly string[];
  readonly unchecked: readonly string[];
}

/** What the independent checker says of the treatment beams of a plan on their machines. */
export const beamVerdicts = ({ beams }: Pick<Plan, 'beams'>): readonly BeamVerdict[] =>
  beams.filter(({ deliveryType }) => deliveryType === 'TREATMENT').map(verdictOf);

function verdictOf(beam: Beam): BeamVerdict {
  try {
    const { violations, unchecked } = checkDeliverability(beam, machineByName(beam.machine));
    return { beam, problems: violationWords(violations), unchecked };
  } catch (error) {
    return { beam, problems: [errorWords(error)], unchecked: [] };
  }
}
