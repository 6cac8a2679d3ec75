import genericCalibration from '../../../../resources/ct-calibration/GENERIC_120KV.json' with { type: 'json' };
import generic10 from '../../../../resources/machines/GENERIC_10MV.json' with { type: 'json' };
import generic10Leaves160 from '../../../../resources/machines/GENERIC_10MV_160.json' with { type: 'json' };
import generic15 from '../../../../resources/machines/GENERIC_15MV.json' with { type: 'json' };
import generic15Leaves160 from '../../../../resources/machines/GENERIC_15MV_160.json' with { type: 'json' };
import generic6Fff from '../../../../resources/machines/GENERIC_6FFF.json' with { type: 'json' };
import generic6FffLeaves160 from '../../../../resources/machines/GENERIC_6FFF_160.json' with { type: 'json' };
import generic6 from '../../../../resources/machines/GENERIC_6MV.json' with { type: 'json' };
import generic6Leaves160 from '../../../../resources/machines/GENERIC_6MV_160.json' with { type: 'json' };
import reference15 from '../../../../resources/machines/REF_15MV_POINT.json' with { type: 'json' };
import reference6 from '../../../../resources/machines/REF_6MV_POINT.json' with { type: 'json' };
import type { z } from 'zod';
import { IsocenterError } from '../../contract/errors.ts';
import type { Scanner } from '../../model/image.ts';
import { type CtCalibration, calibrationFor, ctCalibrationSchema } from '../patient/ctCalibration.ts';
import type { KnownRecords } from '../standing/doseBasis.ts';
import { type Machine, machineSchema } from './machine.ts';

const MACHINES: readonly unknown[] = [
  generic6,
  generic6Fff,
  generic10,
  generic15,
  generic6Leaves160,
  generic6FffLeaves160,
  generic10Leaves160,
  generic15Leaves160,
  reference6,
  reference15,
];
const CALIBRATIONS: readonly unknown[] = [genericCalibration];

export const DEFAULT_MACHINE = generic6.name;
export const DEFAULT_CALIBRATION = genericCalibration.name;

const byName = <T extends { name: string }>(
  records: readonly unknown[],
  schema: z.ZodType<T>,
): (() => Map<string, T>) => {
  let known: Map<string, T> | undefined;
  return () => {
    known ??= new Map(records.map((record) => schema.parse(record)).map((record) => [record.name, record]));
    return known;
  };
};
const machines = byName(MACHINES, machineSchema);
const calibrations = byName(CALIBRATIONS, ctCalibrationSchema);

/** This installation's own machines, which stand beside those of resources/machines. */
let own: ReadonlyMap<string, Machine> = new Map();

/** Makes an installation's own machines known, in place of those before. Shipped names stay what they are. */
export function setOwnMachines(list: readonly Machine[]): void {
  own = new Map(list.filter(({ name }) => !machines().has(name)).map((machine) => [machine.name, machine]));
}

export const ownMachines = (): Machine[] => [...own.values()];

/** Whether a machine comes with the program, so that its name is taken. */
export const isShippedMachine = (name: string): boolean => machines().has(name);

/** Names of the machines in resources/machines, treatment machines first, then of the installation's own. */
export const machineNames = (): string[] => [...machines().keys(), ...own.keys()];

/** @throws IsocenterError MACHINE when there is no such machine. */
export function machineByName(name: string): Machine {
  const machine = machines().get(name) ?? own.get(name);
  if (machine === undefined)
    throw new IsocenterError('MACHINE', `no machine named "${name}" (known: ${machineNames().join(', ')})`, {
      object: name,
      attribute: 'TreatmentMachineName',
    });
  return machine;
}

/** Names of the CT calibrations in resources/ct-calibration. */
export const calibrationNames = (): string[] => [...calibrations().keys()];

/** @throws IsocenterError NOT_FOUND when there is no such calibration. */
export function calibrationByName(name: string): CtCalibration {
  const calibration = calibrations().get(name);
  if (calibration === undefined)
    throw new IsocenterError(
      'NOT_FOUND',
      `no CT calibration named "${name}" (known: ${calibrationNames().join(', ')})`,
      {
        object: name,
      },
    );
  return calibration;
}

/** The calibration in resources/ct-calibration for a scanner; DEFAULT_CALIBRATION where none was measured for it. */
export const calibrationOfScanner = (scanner: Scanner | undefined): CtCalibration =>
  calibrationFor(scanner, [...calibrations().values()], calibrationByName(DEFAULT_CALIBRATION));

/** What doseBasis.ts compares a dose's machines and calibration with: undefined where there is none of that name. */
export const knownRecords: KnownRecords = {
  machine: (name) => machines().get(name),
  calibration: (name) => calibrations().get(name),
};
