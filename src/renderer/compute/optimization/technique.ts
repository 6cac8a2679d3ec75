import { DEFAULT_MACHINE, machineByName } from '#shared/dosimetry/machine/machines.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import { machineFor } from '#shared/dosimetry/plan/beamMachine.ts';
import { targetCenter } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import type { ArcSettings } from '#shared/optimization/arcs/arcSettings.ts';
import { sequencingMethod } from '#shared/optimization/plan/defaults.ts';
import type { Technique } from '#shared/optimization/plan/optimizePlan.ts';
import type { OptimizationRequest, PlannedArc } from './base.ts';

/** The treatment beams of a plan as they stand: from where they irradiate is kept, not through what. */
export const treatedBeams = ({ beams }: Plan): readonly Beam[] =>
  beams.filter(({ deliveryType }) => deliveryType === 'TREATMENT');

/** The one machine of a plan's beams; the usual one for a plan without. @throws IsocenterError MACHINE. */
export function machineOf(plan: Plan): Machine {
  const machines = treatedBeams(plan).map((beam) => machineFor(beam, machineByName));
  if (machines.some(({ name }) => name !== machines[0].name))
    throw new IsocenterError('MACHINE', 'has beams of several machines: they are not optimised together', {
      object: plan.label,
    });
  return machines[0] ?? machineByName(DEFAULT_MACHINE);
}

const arcOf = ({ start, stop, direction, collimator, couch, spacing, avoid }: PlannedArc, n: number): ArcSettings => ({
  name: `Arc ${n + 1}`,
  start,
  stop,
  direction,
  collimator,
  couch,
  spacing,
  ...(avoid.length > 0 && { avoid }),
});

/** How the settings of a request are to be delivered. */
export function techniqueOf({ settings, plan, structures }: OptimizationRequest): Technique {
  const { technique, sequencing, segments } = settings;
  if (technique === 'fluence') return { kind: 'fluence' };
  if (technique === 'vmat')
    return { kind: 'vmat', arcs: settings.arcs.map(arcOf), isocenter: isocenterOf(plan, structures) };
  return { kind: 'imrt', method: sequencingMethod(sequencing, sequencing === 'step-and-shoot' ? segments : undefined) };
}

/** That of the plan's beams, else the middle of its target. @throws IsocenterError NOT_FOUND without a target. */
function isocenterOf(plan: Plan, { rois }: StructureSet): Vec3 {
  const [first] = treatedBeams(plan);
  if (first !== undefined) return first.controlPoints[0].isocenter;
  const target = rois.find(({ number }) => number === plan.prescription?.targetRoiNumber);
  if (target === undefined) throw new IsocenterError('NOT_FOUND', 'has no target', { object: plan.label });
  return targetCenter(target);
}
