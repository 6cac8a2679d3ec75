import type { Dvh } from '#shared/evaluation/dvh.ts';
import { differentialDvh, eqd2Dvh, gEud, logisticResponse, ntcpLyman } from '#shared/evaluation/radiobiology.ts';
import type { DoseGoal } from '#shared/optimization/objectives/goals.ts';

/** What a structure gets, in the quantity that an objective is about. */
export interface ObjectiveNow {
  readonly text: string;
  /** Whether that is what the objective asks for; undefined where the histogram cannot tell. */
  readonly kept?: boolean;
}

/** Gy and percent by which a value shown may miss a limit and still be on it: half of its last digit. */
const SHOWN = 0.05;

/** @param dvh of the whole structure, Gy over the whole course */
export function objectiveNow(goal: DoseGoal, dvh: Dvh, fractions: number): ObjectiveNow {
  const gray = (value: number): string => value.toFixed(1);
  const below = (value: number, limit: number): boolean => value <= limit + SHOWN;
  const above = (value: number, limit: number): boolean => value >= limit - SHOWN;
  const at = (percent: number): string => `D${percent} ${gray(dvh.doseAtVolume(percent))}`;
  switch (goal.type) {
    case 'squared-deviation':
      return { text: `${at(98)} · ${at(2)} Gy` };
    case 'squared-overdose':
      return { text: `${at(2)} · max ${gray(dvh.max)} Gy`, kept: below(dvh.max, goal.dose) };
    case 'squared-underdose':
      return { text: `${at(98)} · min ${gray(dvh.min)} Gy`, kept: above(dvh.min, goal.dose) };
    case 'max-dvh':
    case 'min-dvh': {
      const volume = dvh.volumeAtDose(goal.dose);
      const kept = goal.type === 'max-dvh' ? below(volume, goal.volume) : above(volume, goal.volume);
      return { text: `V${Number(goal.dose.toFixed(2))}Gy ${volume.toFixed(1)} %`, kept };
    }
    case 'max-mean':
      return { text: `mean ${gray(dvh.mean)} Gy`, kept: below(dvh.mean, goal.dose) };
    case 'max-geud':
    case 'min-geud': {
      const value = gEud(differentialDvh(dvh), goal.a);
      const kept = goal.type === 'max-geud' ? below(value, goal.dose) : above(value, goal.dose);
      return { text: `gEUD ${gray(value)} Gy`, kept };
    }
    case 'fall-off':
      return { text: `${at(2)} · mean ${gray(dvh.mean)} Gy` };
    case 'max-ntcp': {
      const percent = 100 * ntcpLyman(bins(goal, dvh, fractions), goal);
      return { text: `NTCP ${percent.toFixed(1)} %`, kept: below(percent, goal.probability) };
    }
    case 'min-tcp': {
      const percent = 100 * logisticResponse(bins(goal, dvh, fractions), goal);
      return { text: `TCP ${percent.toFixed(1)} %`, kept: above(percent, goal.probability) };
    }
  }
}

const bins = (
  { alphaBeta }: { readonly alphaBeta?: number | undefined },
  dvh: Dvh,
  fractions: number,
): ReturnType<typeof differentialDvh> =>
  differentialDvh(alphaBeta === undefined ? dvh : eqd2Dvh(dvh, fractions, alphaBeta));

/**
 * How an objective stands. `elsewhere`: the whole structure, up to its outline, misses it where the term, which counts voxels whose middles
 * lie in the structure and that no objective above took, is 0.
 * @param term weighted share of the last iteration; undefined before
 */
export function standingOf(
  now: ObjectiveNow | undefined,
  term: number | undefined,
): 'met' | 'missed' | 'elsewhere' | '' {
  if (now?.kept === undefined) return '';
  if (now.kept) return 'met';
  return term === 0 ? 'elsewhere' : 'missed';
}

/** A weighted term in three digits. */
export const termText = (value: number): string =>
  value === 0 ? '0' : Math.abs(value) < 0.001 ? value.toExponential(1) : Number(value.toPrecision(3)).toString();
