import { CONTROL_MODELS, lymanModelsOf } from '#shared/evaluation/responseModels.ts';
import type { DoseGoal } from '#shared/optimization/objectives/goals.ts';
import { tg263NameFor } from '#shared/structures/sets/tg263.ts';

export type ObjectiveType = DoseGoal['type'];

/** A number of an objective, as a row edits it. */
export interface Parameter {
  readonly key:
    | 'dose'
    | 'low'
    | 'distance'
    | 'volume'
    | 'a'
    | 'probability'
    | 'td50'
    | 'm'
    | 'n'
    | 'd50'
    | 'gamma50'
    | 'alphaBeta';
  /** Before the number; '' where the unit says it. */
  readonly label: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly decimals: number;
  readonly title: string;
  /** 0 stands for leaving it out. */
  readonly optional?: true;
}

const dose = (title: string): Parameter =>
  ({ key: 'dose', label: '', unit: 'Gy', min: 0, max: 300, step: 0.5, decimals: 2, title: `${title}; over the whole course` }); // biome-ignore format: one line
const volume = (title: string): Parameter =>
  ({ key: 'volume', label: '', unit: '%', min: 0.01, max: 99.99, step: 1, decimals: 1, title }); // biome-ignore format: one line
const exponent = (title: string): Parameter =>
  ({ key: 'a', label: 'a', unit: '', min: -100, max: 100, step: 1, decimals: 1, title }); // biome-ignore format: one line
const probability = (title: string): Parameter =>
  ({ key: 'probability', label: '', unit: '%', min: 0.01, max: 99.99, step: 1, decimals: 1, title }); // biome-ignore format: one line
const model = (key: 'td50' | 'd50' | 'm' | 'n' | 'gamma50', label: string, unit: string, max: number, title: string): Parameter =>
  ({ key, label, unit, min: 0.01, max, step: unit === 'Gy' ? 1 : 0.01, decimals: unit === 'Gy' ? 1 : 2, title }); // biome-ignore format: one line
const alphaBeta: Parameter = {
  key: 'alphaBeta', label: 'α/β', unit: 'Gy', min: 0, max: 30, step: 1, decimals: 1, optional: true,
  title: 'doses are taken in fractions of 2 Gy with this α/β; 0: doses as they are',
}; // biome-ignore format: one line

interface ObjectiveKind {
  readonly label: string;
  /** What it asks for. */
  readonly title: string;
  readonly parameters: readonly Parameter[];
}

/** The types of objective in the words of planners, in the order of the list. */
export const OBJECTIVE_TYPES: Readonly<Record<ObjectiveType, ObjectiveKind>> = {
  'squared-deviation': {
    label: 'Uniform dose',
    title: 'mean of (D − dose)²',
    parameters: [dose('wanted everywhere')],
  },
  'squared-overdose': {
    label: 'Max dose',
    title: 'mean of (D − dose)² where D is above it',
    parameters: [dose('nowhere more')],
  },
  'squared-underdose': {
    label: 'Min dose',
    title: 'mean of (D − dose)² where D is below it',
    parameters: [dose('everywhere at least')],
  },
  'max-dvh': {
    label: 'Max DVH',
    title: 'at most this volume receives more than the dose',
    parameters: [dose('not exceeded by more than the volume'), volume('of the structure, at most')],
  },
  'min-dvh': {
    label: 'Min DVH',
    title: 'at least this volume receives the dose',
    parameters: [dose('received by the volume at least'), volume('of the structure, at least')],
  },
  'max-mean': {
    label: 'Max mean dose',
    title: '(mean − dose)² where the mean is above it',
    parameters: [dose('mean, at most')],
  },
  'max-geud': {
    label: 'Max gEUD',
    title: 'generalised equivalent uniform dose, at most; a large for serial organs, 1 for the mean',
    parameters: [dose('gEUD, at most'), exponent('exponent, at least 1: the larger, the more the hottest part counts')],
  },
  'min-geud': {
    label: 'Min gEUD',
    title: 'generalised equivalent uniform dose, at least; a negative for targets',
    parameters: [dose('gEUD, at least'), exponent('exponent, negative: the lower, the more the coldest part counts')],
  },
  'fall-off': {
    label: 'Dose fall-off',
    title: 'a limit that falls from the dose on the target’s surface to the lower one at the distance',
    parameters: [
      dose('on the target’s surface'),
      { key: 'low', label: 'to', unit: 'Gy', min: 0, max: 300, step: 0.5, decimals: 2, title: 'at the distance and beyond' },
      { key: 'distance', label: 'in', unit: 'mm', min: 0.1, max: 200, step: 1, decimals: 0, title: 'from the target’s surface' },
    ],
  },
  'max-ntcp': {
    label: 'Max NTCP',
    title: 'complication probability (Lyman, Kutcher, Burman), at most',
    parameters: [
      probability('of the complication, at most'),
      model('td50', 'TD50', 'Gy', 200, 'uniform dose at 50 %'),
      model('m', 'm', '', 5, 'slope'),
      model('n', 'n', '', 1, 'volume effect: 1 parallel, near 0 serial'),
      alphaBeta,
    ],
  },
  'min-tcp': {
    label: 'Min TCP',
    title: 'control probability (logistic in gEUD), at least',
    parameters: [
      probability('of control, at least'),
      model('d50', 'D50', 'Gy', 200, 'uniform dose at 50 %'),
      model('gamma50', 'γ50', '', 20, 'slope at 50 %'),
      { ...exponent('exponent of the gEUD, negative'), max: -0.1 },
      alphaBeta,
    ],
  },
}; // biome-ignore format: a table

/** What the weighted term of a type is in, per fraction: responses are penalised as probits and logits, which have slopes everywhere. */
export const termUnit = (type: ObjectiveType): 'Gy²' | 'probit²' | 'logit²' =>
  type === 'max-ntcp' ? 'probit²' : type === 'min-tcp' ? 'logit²' : 'Gy²';

/** Undefined where the objective has no such number. */
export function parameterOf(goal: DoseGoal, { key }: Parameter): number | undefined {
  const value = (goal as Readonly<Record<string, unknown>>)[key];
  return typeof value === 'number' ? value : undefined;
}

/** The objective with one number changed; an optional one of 0 is left out. */
export function withParameter(goal: DoseGoal, { key, optional }: Parameter, value: number): DoseGoal {
  const { [key]: _before, ...rest } = goal as DoseGoal & Readonly<Record<string, unknown>>;
  return (optional === true && value === 0 ? rest : { ...rest, [key]: value }) as DoseGoal;
}

/** The objective as another type of the same structure and weight: what both have is kept, the rest is a place to begin. */
export function withType(goal: DoseGoal, type: ObjectiveType, prescribed: number): DoseGoal {
  if (goal.type === type) return goal;
  const { roi, weight } = goal;
  const start = 'dose' in goal ? goal.dose : prescribed;
  const constraint = goal.type !== 'squared-deviation' && goal.constraint === true ? { constraint: true } : {};
  const common = { roi, weight, ...constraint };
  switch (type) {
    case 'squared-deviation':
      return { roi, weight, type, dose: start };
    case 'squared-overdose':
    case 'squared-underdose':
    case 'max-mean':
      return { ...common, type, dose: start };
    case 'max-dvh':
    case 'min-dvh':
      return { ...common, type, dose: start, volume: 'volume' in goal ? goal.volume : type === 'max-dvh' ? 30 : 95 };
    case 'max-geud':
      return { ...common, type, dose: start, a: 8 };
    case 'min-geud':
      return { ...common, type, dose: start, a: -10 };
    case 'fall-off':
      return { ...common, type, dose: prescribed, low: prescribed / 2, distance: 20 };
    case 'max-ntcp': {
      const [{ td50, m, n } = { td50: 50, m: 0.2, n: 0.5 }] = lymanModelsOf(tg263NameFor(roi) ?? roi);
      return { ...common, type, probability: 5, td50, m, n };
    }
    case 'min-tcp': {
      const [{ d50, gamma50 }] = CONTROL_MODELS;
      return { ...common, type, probability: 90, d50, gamma50, a: -10 };
    }
  }
}
