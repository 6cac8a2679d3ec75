import { expect, it } from 'vitest';
import type { OptimizationIteration } from '#renderer/stores/optimizationStore.ts';
import { courseOf, decadesOf } from '#renderer/workspaces/optimization/live/termSeries.ts';
import type { DoseGoal } from '#shared/optimization/objectives/goals.ts';

const PTV: DoseGoal = { roi: 'PTV', type: 'squared-deviation', dose: 60, weight: 1000 };
const CORD: DoseGoal = { roi: 'SpinalCord', type: 'squared-overdose', dose: 45, weight: 100 };
const first = [PTV, CORD];
/** The cord's limit is tightened and moved up: its term goes on in the same series. */
const second = [{ ...CORD, dose: 40 }, PTV];

const at = (objectives: readonly DoseGoal[], terms: number[], phase: OptimizationIteration['phase'] = 'fluence') => ({
  iteration: 0,
  phase,
  seconds: 0,
  value: terms.reduce((sum, term) => sum + term, 0),
  terms,
  objectives,
});

it('follows each objective over changes of its numbers and place, and says when phases and objectives changed', () => {
  const course = courseOf([
    at(first, [100, 0]),
    at(first, [10, 2]),
    at(second, [5, 8]),
    at(second, [4, 7], 'apertures'),
  ]);
  expect(course.iterations).toEqual([1, 2, 3, 4]);
  expect(course.total).toEqual([100, 12, 13, 11]);
  expect(course.terms.map(({ goal, values }) => [goal.roi, values])).toEqual([
    ['SpinalCord', [null, 2, 5, 4]],
    ['PTV', [100, 10, 8, 7]],
  ]);
  expect(course.events).toEqual([
    { at: 1, text: 'fluence' },
    { at: 3, text: 'changed' },
    { at: 4, text: 'apertures' },
  ]);
  expect(decadesOf(course)).toEqual([1, 100]);
  expect(decadesOf(courseOf([]))).toEqual([0.1, 1]);
});
