import { IsocenterError } from '../../contract/errors.ts';
import { type Machine, machineSchema } from '../machine/machine.ts';
import type { MachineFit } from './fit.ts';
import type { ComparedScan } from './summary.ts';

export interface FittedMachineNames {
  /** At most 16 characters: it goes into plans. */
  readonly name: string;
  /** YYYY-MM-DD. */
  readonly date: string;
}

/** A name for what is fitted from `machine`, within the 16 characters of DICOM. */
export const fittedName = (machine: string): string => `${machine.slice(0, 12)}_FIT`;

/**
 * The machine of a fit as a file: complete, valid, described by what it was fitted to and how well, and not commissioned, which only a
 * clinic can do. @throws IsocenterError MACHINE for a name the schema refuses.
 */
export function fittedMachine(fit: MachineFit, compared: readonly ComparedScan[], names: FittedMachineNames): Machine {
  const machine: Machine = {
    ...fit.machine,
    name: names.name,
    description: describe(fit, compared, names.date),
    clinicallyCommissioned: false,
  };
  const parsed = machineSchema.safeParse(machine);
  if (!parsed.success) {
    const { message, path } = parsed.error.issues[0];
    throw new IsocenterError('MACHINE', message, { object: names.name, attribute: path.join('.') });
  }
  return parsed.data;
}

function describe({ machine, parameters }: MachineFit, compared: readonly ComparedScan[], date: string): string {
  const count = (word: string, kinds: readonly string[]): string[] => {
    const found = compared.filter(({ scan }) => kinds.includes(scan.kind)).length;
    return found === 0 ? [] : [`${found} ${word}${found === 1 ? '' : 's'}`];
  };
  const data = [
    ...count('depth dose', ['depth']),
    ...count('profile', ['crossline', 'inline', 'diagonal']),
    ...count('output factor', ['outputFactor']),
  ].join(', ');
  const worst = Math.max(...compared.map(({ summary }) => summary.worst));
  const mean = compared.reduce((sum, { summary }) => sum + summary.mean, 0) / compared.length;
  const points = compared.reduce((sum, { summary }) => sum + summary.points, 0);
  const passed = compared.reduce((sum, { summary }) => sum + summary.within[0].share * summary.points, 0);
  const files = [...new Set(compared.map(({ scan }) => baseName(scan.source.file)))];
  const listed = files.slice(0, 6).join(', ') + (files.length > 6 ? ` and ${files.length - 6} more` : '');
  const kept = parameters.filter(({ reason }) => reason !== undefined).map(({ name }) => name.replace('beam.', ''));
  return [
    `Fitted from ${machine.name} on ${date} to ${data} (${listed}).`,
    `Residuals: worst ${worst.toFixed(2)} %, mean ${mean.toFixed(2)} %, ${((100 * passed) / points).toFixed(1)} % of points within 1 %/1 mm.`,
    ...(kept.length === 0 ? [] : [`Not determined by the data and kept: ${kept.join(', ')}.`]),
    'Not commissioned for clinical use.',
  ].join(' ');
}

const baseName = (file: string): string => file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
