import { randomBytes } from 'node:crypto';
import { IsocenterError } from '#shared/contract/errors.ts';
import { type DeidentifyOptions, NOTHING_KEPT } from '#shared/deidentify/options.ts';
import type { Arguments } from '../arguments.ts';
import { readInput } from '../files.ts';

export const DEIDENTIFY_OPTIONS = {
  deidentify: { type: 'boolean' },
  retain: { type: 'string', multiple: true },
  'patient-id': { type: 'string' },
  'patient-name': { type: 'string' },
  'secret-file': { type: 'string' },
  'allow-burned-in': { type: 'boolean' },
} as const;

export const DEIDENTIFY_HELP = [
  '--deidentify       PS3.15 Basic profile; the same replacements in all objects of the export',
  '--retain WHAT,…    dates | shifted-dates, patient (sex, age, weight), device, institution, uids, private (known to be safe), labels',
  '                   (ROI names, plan labels), descriptions, content (of structured reports)',
  '--patient-id X --patient-name Y   instead of a pseudonym',
  '--secret-file F    16 bytes or more: exports with the same secret fit each other; without it replacements cannot be repeated',
  '--allow-burned-in  also images that may have writing in their pixels',
].join('\n');

const RETAIN: Readonly<Record<string, Partial<DeidentifyOptions>>> = {
  dates: { dates: 'keep' },
  'shifted-dates': { dates: 'shift' },
  patient: { patientCharacteristics: true },
  device: { device: true },
  institution: { institution: true },
  uids: { uids: true },
  private: { safePrivate: true },
  labels: { labels: true },
  descriptions: { descriptions: true },
  content: { structuredContent: true },
};

/** How to de-identify, and with which secret; undefined without --deidentify. @throws USAGE, NOT_FOUND for the secret's file */
export async function deidentifyFromArgs(
  args: Arguments,
): Promise<{ readonly options: DeidentifyOptions; readonly secret: Uint8Array } | undefined> {
  const given = ['patient-id', 'patient-name', 'secret-file'].find((name) => args.text(name) !== undefined);
  if (!args.flag('deidentify')) {
    if (given !== undefined || args.list('retain').length > 0 || args.flag('allow-burned-in'))
      throw usage('needs --deidentify', `--${given ?? (args.flag('allow-burned-in') ? 'allow-burned-in' : 'retain')}`);
    return undefined;
  }
  let options: DeidentifyOptions = {
    ...NOTHING_KEPT,
    patientId: args.text('patient-id'),
    patientName: args.text('patient-name'),
    allowBurnedIn: args.flag('allow-burned-in'),
  };
  for (const what of args.list('retain').flatMap((list) => list.split(','))) {
    const kept = Object.hasOwn(RETAIN, what) ? RETAIN[what] : undefined;
    if (kept === undefined) throw usage(`'${what}' is none of ${Object.keys(RETAIN).join(', ')}`, '--retain');
    if (kept.dates !== undefined && options.dates !== 'remove') throw usage('dates or shifted-dates', '--retain');
    options = { ...options, ...kept };
  }
  const file = args.text('secret-file');
  return { options, secret: file === undefined ? randomBytes(32) : await readInput(file) };
}

const usage = (message: string, attribute: string): IsocenterError =>
  new IsocenterError('USAGE', message, { attribute });
