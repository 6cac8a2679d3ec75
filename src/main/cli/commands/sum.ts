import { IsocenterError } from '#shared/contract/errors.ts';
import { patientOf, studyOf } from '#shared/dicom/modules.ts';
import { readPart10 } from '#shared/dicom/codec/part10.ts';
import { readRegistrations } from '#shared/dicom/registration/registration.ts';
import { readDose, writeDose } from '#shared/dicom/dose/rtDose.ts';
import { doseRemarks } from '#shared/dosimetry/standing/doseStanding.ts';
import { sumDoses } from '#shared/evaluation/doses/sumDoses.ts';
import { derivationText } from '#shared/model/derivationText.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { PatientIdentity, StudyIdentity } from '#shared/model/patient.ts';
import type { Registration } from '#shared/model/registration.ts';
import { basename } from 'node:path';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { readInput, writeOutput } from '../files.ts';
import { objectContext } from '../writing.ts';

/** Series number of sums we write. */
const SERIES_NUMBER = 304;

export const command: Command = {
  usage: '--dose F --dose F … [--weight W …] [--alpha-beta GY --fractions N …] [--registration REG.dcm …] [--out F]',
  help: [
    'Adds RT Doses in Gy on a grid that holds all of them with the finest spacing, in the frame of reference of the first.',
    '--weight W           once for each dose, in their order: the part of it that counts (12 of 30 fractions given: 0.4); 1 if not given',
    '--alpha-beta GY      adds the EQD2 of each dose instead, which needs --fractions',
    '--fractions N        once for each dose: the fractions in which all of it is given',
    '--registration F     what doses of other frames of reference come through; rigid or deformable, in either direction',
    '--out F              the sum as RT Dose (MULTI_PLAN) with references to all plans; --bits 16|32',
    'unreached: cm³ that some of the doses reach and others do not; the sum there lacks what is not known.',
  ].join('\n'),
  options: {
    dose: { type: 'string', multiple: true },
    weight: { type: 'string', multiple: true },
    fractions: { type: 'string', multiple: true },
    'alpha-beta': { type: 'string' },
    registration: { type: 'string', multiple: true },
    bits: { type: 'string' },
    out: { type: 'string' },
  },
  async run(args, io) {
    const files = args.list('dose');
    if (files.length < 2)
      throw new IsocenterError('USAGE', 'is required for each of two doses at least', { attribute: '--dose' });
    const weights = numbersOf(args, 'weight', files.length);
    const fractions = numbersOf(args, 'fractions', files.length);
    const alphaBeta = args.number('alpha-beta', { min: 0.01, max: 1000 });
    const bits = args.number('bits') ?? 32;
    if (bits !== 16 && bits !== 32) throw new IsocenterError('USAGE', 'is 16 or 32', { attribute: '--bits' });
    const read: ReadDose[] = [];
    for (const file of files) read.push(await readOne(file));
    const other = read.find(({ patient }) => patient.patientId !== read[0].patient.patientId);
    if (other !== undefined)
      throw new IsocenterError('CONFLICT', `is of another patient than ${files[0]}`, {
        object: other.file,
        attribute: 'PatientID',
      });
    const registrations: Registration[] = [];
    for (const file of args.list('registration')) registrations.push(...readRegistrations(await readInput(file), file));
    const description = alphaBeta === undefined ? 'Sum of doses' : `Sum of EQD2, alpha/beta ${alphaBeta} Gy`;
    const context = objectContext(read[0], description, SERIES_NUMBER);
    const { dose, reached } = sumDoses(
      read.map(({ dose: one, file }, n) => ({
        dose: one,
        name: basename(file),
        weight: weights?.[n],
        fractions: fractions?.[n],
      })),
      {
        sopInstanceUid: context.sopInstanceUid,
        registrations,
        alphaBeta,
        signal: io.signal,
        onProgress: (fraction) => io.progress('sum', fraction),
      },
    );
    const out = args.text('out');
    if (out !== undefined) await writeOutput(out, writeDose(dose, context, { bits }));
    const warnings = [...read.flatMap((one) => [...remarksOf(one), ...one.dose.warnings]), ...dose.warnings];
    const max = dose.data.reduce((most, gray) => (gray > most ? gray : most), 0);
    const voxels = reached.data.reduce((count, n) => (n > 0 ? count + 1 : count), 0);
    const unreached = dose.derivation?.unreached ?? 0;
    const { dims, spacing } = dose;
    const words = dose.derivation === undefined ? '' : derivationText(dose.derivation);
    io.result({ max, dims, spacing, voxels, unreached, doseType: dose.doseType, warnings }, [
      `${words}: largest ${max.toFixed(2)} Gy, ${dims.join(' × ')} voxels of ${spacing.map((mm) => mm.toFixed(2)).join(' × ')} mm`,
      ...warnings.map((warning) => `warning: ${warning}`),
    ].join('\n')); // biome-ignore format: a table
  },
};

interface ReadDose {
  readonly file: string;
  readonly dose: DoseVolume;
  readonly patient: PatientIdentity;
  readonly study: StudyIdentity;
}

const remarksOf = ({ dose, file }: ReadDose): string[] =>
  doseRemarks(dose).map(({ title, reason }) => `${basename(file)}: ${title.toLowerCase()}: ${reason}`);

async function readOne(file: string): Promise<ReadDose> {
  const bytes = await readInput(file);
  const { dataset } = readPart10(bytes, file);
  return { file, dose: readDose(bytes, file), patient: patientOf(dataset), study: studyOf(dataset) };
}

/** A number for each dose, or none at all. */
function numbersOf(args: Arguments, name: string, count: number): readonly number[] | undefined {
  const words = args.list(name);
  if (words.length === 0) return undefined;
  const refuse = (message: string): IsocenterError => new IsocenterError('USAGE', message, { attribute: `--${name}` });
  if (words.length !== count) throw refuse(`${words.length} for ${count} doses: give it once for each, or not at all`);
  return words.map((word) => {
    const number = word.trim() === '' ? Number.NaN : Number(word);
    if (!(number > 0 && number < Infinity)) throw refuse(`'${word}' is no number above 0`);
    return number;
  });
}
