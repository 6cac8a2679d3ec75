import { describeError, IsocenterError } from '../../contract/errors.ts';
import { iecFromPatient } from '../../geometry/iec.ts';
import type { Beam, Plan } from '../../model/plan.ts';
import { checkAccessories } from '../beam/modifiers.ts';
import type { Machine } from '../machine/machine.ts';
import { machineByName } from '../machine/machines.ts';

/**
 * The machine of a beam, which must be the one the beam was made for.
 * @throws IsocenterError naming the beam: MACHINE or DOSE where machine or accessories are not modelled, MISSING_ATTRIBUTE.
 */
export function machineFor(beam: Beam, machines: (name: string) => Machine): Machine {
  const machine = machines(beam.machine);
  const place = { object: `Beam ${beam.number} (${beam.name})` };
  if (beam.radiationType !== machine.radiationType)
    throw new IsocenterError('DOSE', `radiation type "${beam.radiationType}" is not computed`, {
      ...place,
      attribute: 'RadiationType',
    });
  const energy = beam.controlPoints.find(({ nominalEnergy }) => nominalEnergy !== machine.nominalEnergy)?.nominalEnergy;
  if (energy !== undefined)
    throw new IsocenterError('MACHINE', `${energy} MV is not the ${machine.nominalEnergy} MV of ${machine.name}`, {
      ...place,
      attribute: 'NominalBeamEnergy',
    });
  // A plan need not state its mode; the machine it names has only one then.
  if (beam.fluenceMode !== '' && beam.fluenceMode !== machine.fluenceMode)
    throw new IsocenterError(
      'MACHINE',
      `fluence mode ${beam.fluenceMode} is not the ${machine.fluenceMode} of ${machine.name}`,
      { ...place, attribute: 'FluenceMode' },
    );
  if (Math.abs(beam.sourceAxisDistance - machine.sourceAxisDistance) > 0.5)
    throw new IsocenterError(
      'MACHINE',
      `a source–axis distance of ${beam.sourceAxisDistance} mm is not that of ${machine.name}`,
      { ...place, attribute: 'SourceAxisDistance' },
    );
  const unplaced = beam.devices.find(({ type }) =>
    beam.controlPoints.some((point) => point.positions[type] === undefined),
  );
  if (unplaced !== undefined)
    throw new IsocenterError('MISSING_ATTRIBUTE', `it is not stated where ${unplaced.type} stands`, {
      ...place,
      attribute: 'LeafJawPositions',
    });
  checkAccessories(beam, machine);
  return machine;
}

/**
 * Why the dose of a plan cannot be computed here, whatever the patient: parts of it that were not read, machines, energies or accessories
 * that are not modelled. Empty when nothing stands against it; a plan without beams is one that is not made yet.
 */
export function uncomputableReasons(
  { omitted = [], patientPosition, beams }: Plan,
  machines: (name: string) => Machine = machineByName,
): readonly string[] {
  const reasons = [...omitted];
  if (iecFromPatient(patientPosition) === undefined)
    reasons.push(`patient position "${patientPosition}" is not supported`);
  for (const beam of beams)
    if (beam.deliveryType === 'TREATMENT')
      try {
        machineFor(beam, machines);
      } catch (error) {
        reasons.push(isUnknownMachine(error) ? `machine "${beam.machine}" is not modelled here` : describeError(error));
      }
  return [...new Set(reasons)];
}

const isUnknownMachine = (error: unknown): boolean =>
  error instanceof IsocenterError && error.code === 'MACHINE' && error.attribute === 'TreatmentMachineName';
