import type { DoseVolume } from '../../model/dose.ts';

/** What a Dose Summation Type stands for (PS3.3 table C.8-39), and whether it is of one session ("fraction") of what it names. */
const MEANINGS: Readonly<Record<string, readonly [what: string, session: boolean]>> = {
  PLAN: ['whole plan', false],
  MULTI_PLAN: ['several plans', false],
  PLAN_OVERVIEW: ['plan overview', false],
  FRACTION: ['one fraction group, all its fractions', false],
  BEAM: ['beam, all fractions', false],
  BRACHY: ['application setup, all fractions', false],
  FRACTION_SESSION: ['one fraction', true],
  BEAM_SESSION: ['beam, one fraction', true],
  BRACHY_SESSION: ['application setup, one fraction', true],
  CONTROL_POINT: ['control point, one fraction', true],
  RECORD: ['what a treatment record says was given', false],
};

/** Whether a dose is of one fraction only. */
const isOneSession = ({ summation }: Pick<DoseVolume, 'summation'>): boolean => MEANINGS[summation]?.[1] === true;

/** What a dose stands for, in words: "beam 2, all fractions". */
export function doseMeaning(dose: Pick<DoseVolume, 'summation' | 'beamNumber' | 'beamNumbers'>): string {
  const [what] = MEANINGS[dose.summation] ?? [`summation ${dose.summation}`];
  const numbers = dose.beamNumbers ?? (dose.beamNumber === undefined ? [] : [dose.beamNumber]);
  if (numbers.length === 0) return what;
  return what.startsWith('beam') ? what.replace('beam', `beam ${numbers.join(', ')}`) : `${what} (beam ${numbers.join(', ')})`; // biome-ignore format: two cases
}

/** Said of a dose of one fraction that stands where a course is meant. */
export const sessionNote = (dose: DoseVolume): string[] =>
  isOneSession(dose) ? [`its dose is of one fraction (${dose.summation}), taken as it is`] : [];

/**
 * The dose of a whole course: a dose of one fraction times the number of fractions of its plan. A dose that is of a course already
 * comes back as it is; undefined when it is of one fraction and the number is not known, or is of another plan: it is never guessed.
 */
export function courseDose(
  dose: DoseVolume,
  plan: { readonly sopInstanceUid: string; readonly fractions: number } | undefined,
): DoseVolume | undefined {
  if (!isOneSession(dose)) return dose;
  if (plan === undefined || dose.planUid !== plan.sopInstanceUid || !(plan.fractions >= 1)) return undefined;
  return { ...dose, data: dose.data.map((gray) => gray * plan.fractions) };
}
