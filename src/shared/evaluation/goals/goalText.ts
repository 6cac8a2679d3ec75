import { IsocenterError } from '../../contract/errors.ts';

/** A dose: Gy over the whole course, or percent of the prescription. */
export interface GoalDose {
  readonly value: number;
  readonly unit: 'Gy' | '%';
}

/** A volume: cm³, or percent of the structure. */
interface GoalVolume {
  readonly value: number;
  readonly unit: 'cm3' | '%';
}

/** What is read off a DVH; the limit compared with it has the unit of the result. */
export type GoalMetric =
  /** Dose that a volume receives at least (the hottest part of the structure). */
  | { readonly kind: 'doseAtVolume'; readonly at: GoalVolume }
  /** Volume that receives a dose at least. */
  | { readonly kind: 'volumeAtDose'; readonly at: GoalDose }
  /** Volume that receives less than a dose: what must be spared of a parallel organ. */
  | { readonly kind: 'volumeBelowDose'; readonly at: GoalDose }
  | { readonly kind: 'mean' }
  | { readonly kind: 'min' }
  | { readonly kind: 'max' };

export interface GoalLimit {
  readonly value: number;
  readonly unit: 'Gy' | 'cm3' | '%';
}

export interface Goal {
  readonly metric: GoalMetric;
  readonly comparison: '<' | '<=' | '>' | '>=';
  readonly limit: GoalLimit;
  /** A second, laxer limit: between the two the goal is missed but acceptable. */
  readonly acceptable?: GoalLimit;
  /** As written, spaces tidied. */
  readonly text: string;
}

const NUMBER = String.raw`(\d+(?:\.\d*)?|\.\d+)`;
const UNIT = String.raw`(Gy|cGy|%|cc|cm3|cm³)`;
const METRIC = new RegExp(String.raw`^(?:(D|V|CV)\s*${NUMBER}\s*${UNIT}|(mean|min|max|Dmean|Dmin|Dmax))$`, 'i');
const LIMIT = new RegExp(String.raw`^${NUMBER}\s*${UNIT}$`, 'i');
const WHOLE = /^([^<>≤≥=]+?)\s*(<=|>=|≤|≥|<|>)\s*([^<>≤≥=(]+?)\s*(?:\(([^()]+)\))?$/;

/**
 * Reads a goal as protocols write it: `D95% >= 95%`, `D0.03cc <= 45 Gy`, `V20Gy < 30% (35%)`, `mean <= 26 Gy`, `CV18Gy >= 700 cc`
 * (at least 700 cm³ receive less than 18 Gy). Percent is of the prescription for a dose and of the structure for a volume; a limit in
 * brackets is the laxer one that is still acceptable.
 * @throws IsocenterError USAGE saying what is wrong.
 */
export function parseGoal(text: string): Goal {
  const wrong = (message: string): IsocenterError => new IsocenterError('USAGE', message, { object: `'${text}'` });
  const whole = WHOLE.exec(text.trim());
  if (whole === null) throw wrong('write METRIC <= LIMIT or METRIC >= LIMIT, such as "V20Gy <= 30%"');
  const [, metricText, sign, limitText, laxerText] = whole;
  const metric = metricOf(metricText, wrong);
  const comparison = sign === '≤' ? '<=' : sign === '≥' ? '>=' : (sign as Goal['comparison']);
  const isVolume = metric.kind === 'volumeAtDose' || metric.kind === 'volumeBelowDose';
  const limit = limitOf(limitText, isVolume, wrong);
  const tidy = (part: string): string => part.trim().replace(/\s+/g, ' ');
  const goal: Goal = { metric, comparison, limit, text: `${tidy(metricText)} ${comparison} ${tidy(limitText)}` };
  if (laxerText === undefined) return goal;
  const acceptable = limitOf(laxerText, isVolume, wrong);
  const upper = comparison.startsWith('<');
  if (acceptable.unit !== limit.unit) throw wrong('both limits have one unit');
  if (upper ? acceptable.value < limit.value : acceptable.value > limit.value)
    throw wrong('the limit in brackets is the laxer one');
  return { ...goal, acceptable, text: `${goal.text} (${tidy(laxerText)})` };
}

/**
 * Reads a metric alone, for a column of statistics: `V20Gy`, `D2cc`, with the unit of its value where it is not the usual one (Gy for a dose, percent for
 * a volume): `V20Gy in cc`, `D95% in %`. @throws IsocenterError USAGE
 */
export function parseMetric(text: string): { metric: GoalMetric; unit: GoalLimit['unit']; title: string } {
  const wrong = (message: string): IsocenterError => new IsocenterError('USAGE', message, { object: `'${text}'` });
  const [, name, unitText] = /^(.*?)(?:\s+in\s+(Gy|%|cc|cm3|cm³))?$/i.exec(text.trim()) ?? [];
  const metric = metricOf(name ?? '', wrong);
  const isVolume = metric.kind === 'volumeAtDose' || metric.kind === 'volumeBelowDose';
  const unit = unitText === undefined ? (isVolume ? '%' : 'Gy') : limitOf(`1 ${unitText}`, isVolume, wrong).unit;
  return { metric, unit, title: (name ?? '').trim().replace(/\s+/g, '') };
}

type Wrong = (message: string) => IsocenterError;

function metricOf(text: string, wrong: Wrong): GoalMetric {
  const match = METRIC.exec(text.trim());
  if (match === null) throw wrong(`'${text.trim()}' is no metric: D95%, D2cc, V20Gy, V95%, CV18Gy, mean, min or max`);
  const [, letter, number, unit, word] = match;
  if (word !== undefined) return { kind: word.toLowerCase().replace(/^d/, '') as 'mean' | 'min' | 'max' };
  const at = quantity(Number(number), unit);
  if (letter.toUpperCase() === 'D') {
    if (at.unit === 'Gy') throw wrong('D stands for the dose of a volume: D95% or D2cc');
    if (at.unit === '%' && at.value > 100) throw wrong('no more than 100 % of a structure');
    return { kind: 'doseAtVolume', at: { value: at.value, unit: at.unit } };
  }
  if (at.unit === 'cm3') throw wrong(`${letter} stands for the volume of a dose: V20Gy or V95%`);
  const dose: GoalDose = { value: at.value, unit: at.unit };
  return { kind: letter.toUpperCase() === 'V' ? 'volumeAtDose' : 'volumeBelowDose', at: dose };
}

function limitOf(text: string, isVolume: boolean, wrong: Wrong): GoalLimit {
  const match = LIMIT.exec(text.trim());
  if (match === null) throw wrong(`'${text.trim()}' is no limit: a number with Gy, % or cc`);
  const limit = quantity(Number(match[1]), match[2]);
  if (isVolume && limit.unit === 'Gy') throw wrong('the limit of a volume is in % or cc');
  if (!isVolume && limit.unit === 'cm3') throw wrong('the limit of a dose is in Gy or %');
  return limit;
}

function quantity(value: number, unit: string): GoalLimit {
  const lower = unit.toLowerCase();
  if (lower === 'gy') return { value, unit: 'Gy' };
  if (lower === 'cgy') return { value: value / 100, unit: 'Gy' };
  return { value, unit: lower === '%' ? '%' : 'cm3' };
}
