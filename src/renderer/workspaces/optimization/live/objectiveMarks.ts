import type { Roi } from '#shared/model/structures.ts';
import type { DoseGoal } from '#shared/optimization/objectives/goals.ts';

/** An objective as a place on a histogram. */
export interface ObjectiveMark {
  /** Of the objective in the plan's list. */
  readonly index: number;
  readonly roi: Roi;
  /** Gy over the whole course. */
  readonly dose: number;
  /** Percent. */
  readonly volume: number;
  /** `max`: the curve passes below and left of it, `min`: above and right; `at`: through it; a letter: no point of the curve, only a dose. */
  readonly shape: 'max' | 'min' | 'at' | 'M' | 'E';
  /** Whether its volume is a number of the objective, which can be moved. */
  readonly movesVolume: boolean;
}

/** Where letters stand that have no volume of their own. */
const HALF = 50;

/** The objectives that say a dose, as marks. Fall-offs and probabilities have no place on a histogram. */
export function objectiveMarks(objectives: readonly DoseGoal[], rois: readonly Roi[]): ObjectiveMark[] {
  return objectives.flatMap((goal, index): ObjectiveMark[] => {
    const roi = rois.find(({ name }) => name === goal.roi);
    const place = roi === undefined ? undefined : placeOf(goal);
    return roi === undefined || place === undefined ? [] : [{ index, roi, ...place }];
  });
}

function placeOf(goal: DoseGoal): Omit<ObjectiveMark, 'index' | 'roi'> | undefined {
  switch (goal.type) {
    case 'squared-deviation':
      return { dose: goal.dose, volume: HALF, shape: 'at', movesVolume: false };
    case 'squared-overdose':
      return { dose: goal.dose, volume: 0, shape: 'max', movesVolume: false };
    case 'squared-underdose':
      return { dose: goal.dose, volume: 100, shape: 'min', movesVolume: false };
    case 'max-dvh':
      return { dose: goal.dose, volume: goal.volume, shape: 'max', movesVolume: true };
    case 'min-dvh':
      return { dose: goal.dose, volume: goal.volume, shape: 'min', movesVolume: true };
    case 'max-mean':
      return { dose: goal.dose, volume: HALF, shape: 'M', movesVolume: false };
    case 'max-geud':
    case 'min-geud':
      return { dose: goal.dose, volume: HALF, shape: 'E', movesVolume: false };
    case 'fall-off':
    case 'max-ntcp':
    case 'min-tcp':
      return undefined;
  }
}

/** The objective with its mark at another place, to 0.1 Gy and 0.5 %. */
export function movedTo(goal: DoseGoal, dose: number, volume: number): DoseGoal {
  if (!('dose' in goal)) return goal;
  const moved = { ...goal, dose: Math.max(0, Math.round(dose * 10) / 10) };
  return 'volume' in moved ? { ...moved, volume: Math.min(99.5, Math.max(0.5, Math.round(volume * 2) / 2)) } : moved;
}
