import { z } from 'zod';
import agility from '../../../../resources/machine-limits/AGILITY.json' with { type: 'json' };
import clinac from '../../../../resources/machine-limits/CLINAC_M120.json' with { type: 'json' };
import halcyon from '../../../../resources/machine-limits/HALCYON.json' with { type: 'json' };
import trueBeamHd from '../../../../resources/machine-limits/TRUEBEAM_HD120.json' with { type: 'json' };
import trueBeam from '../../../../resources/machine-limits/TRUEBEAM_M120.json' with { type: 'json' };
import { IsocenterError } from '../../contract/errors.ts';
import { deliveryLimitsSchema, leafLimits } from '../../dosimetry/machine/deliveryLimits.ts';
import type { Beam } from '../../model/plan.ts';
import type { DeliveryMachine } from './deliveryMachine.ts';

/** A treatment machine that nothing is known of but what it can deliver: beams are judged by it, doses are not computed. */
const limitsOnlySchema = z.strictObject({
  name: z.string().min(1),
  description: z.string(),
  /** Where the numbers were published. */
  sources: z.array(z.string()).min(1),
  radiationType: z.literal('PHOTON'),
  sourceAxisDistance: z.number().positive(),
  energies: z
    .array(
      z.strictObject({
        nominalEnergy: z.number().positive(),
        fluenceMode: z.enum(['STANDARD', 'NON_STANDARD']),
        doseRate: z.number().positive(),
      }),
    )
    .min(1),
  limits: deliveryLimitsSchema.omit({ doseRate: true }),
  /** From the source outwards. */
  layers: z.array(z.strictObject({ type: z.enum(['MLCX', 'MLCY', 'MLCX1', 'MLCX2']), ...leafLimits })),
});

type LimitsOnly = z.infer<typeof limitsOnlySchema>;

const SHIPPED: readonly unknown[] = [trueBeam, trueBeamHd, clinac, agility, halcyon];

let known: ReadonlyMap<string, LimitsOnly> | undefined;

/** Names of resources/machine-limits. */
export const limitsOnlyNames = (): string[] => [...shipped().keys()];

/** @throws IsocenterError MACHINE when there are no limits of that name. */
export function assertLimits(name: string): void {
  limitsNamed(name);
}

/**
 * The machine of resources/machine-limits at a beam's energy and fluence mode, or at its first where it has no such energy, so that the
 * check says so.
 * @throws IsocenterError MACHINE when there is none of that name.
 */
export function limitsFor(name: string, beam: Pick<Beam, 'controlPoints' | 'fluenceMode'>): DeliveryMachine {
  const { energies, limits, radiationType, sourceAxisDistance, layers } = limitsNamed(name);
  const wanted = beam.controlPoints[0]?.nominalEnergy;
  const energy =
    energies.find(
      ({ nominalEnergy, fluenceMode }) =>
        nominalEnergy === wanted && (beam.fluenceMode === '' || beam.fluenceMode === fluenceMode),
    ) ?? energies[0];
  const { nominalEnergy, fluenceMode, doseRate } = energy;
  return {
    name,
    radiationType,
    sourceAxisDistance,
    nominalEnergy,
    fluenceMode,
    limits: { ...limits, doseRate },
    layers,
  };
}

function limitsNamed(name: string): LimitsOnly {
  const found = shipped().get(name);
  if (found !== undefined) return found;
  throw new IsocenterError('MACHINE', `no limits named "${name}" (known: ${limitsOnlyNames().join(', ')})`, {
    object: name,
  });
}

function shipped(): ReadonlyMap<string, LimitsOnly> {
  known ??= new Map(SHIPPED.map((record) => limitsOnlySchema.parse(record)).map((record) => [record.name, record]));
  return known;
}
