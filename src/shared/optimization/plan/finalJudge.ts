import type { DoseObjective } from '../objectives/doseObjective.ts';
import type { DoseGoal, Goals } from '../objectives/goals.ts';
import type { GoalRows, OptimizationProblem } from '../problem/problem.ts';
import type { Judge } from './corrections.ts';

/** A hard constraint counts as kept within this, Gy over the course. */
const KEPT = 0.1;
/** How far a target's median dose may lie from its prescription before it is told. */
const NEAR = 0.05;

/** Judges doses by goals: final ones in every voxel, constraints on all of their ROI, what counts for another one, too. */
export function finalJudge(problem: Pick<OptimizationProblem, 'objective' | 'every'>, goals: Goals): Judge {
  const { every } = problem;
  const [byRow, inAll] = [problem, every].map((one) => one.objective(goals));
  const constraints = goals.objectives.filter(isConstraint);
  const valueOf = ({ evaluate }: DoseObjective, doses: Float64Array): number =>
    evaluate(doses, new Float64Array(doses.length));
  return {
    value: (doses) => valueOf(byRow, doses),
    final: (doses) => ({
      value: valueOf(inAll, doses),
      violation: constraints.reduce((worst, goal) => Math.max(worst, violationOf(every, goals, goal, doses)), 0),
    }),
  };
}

/** What is to be told of doses (Gy per fraction, by row; final ones in every voxel): constraints that they do not keep, a target that does not get what is prescribed. */
export function doseWarnings(problem: GoalRows, goals: Goals, doses: Float64Array): string[] {
  const { roi, dose, fractions } = goals.prescription;
  const broken = goals.objectives.filter(isConstraint).flatMap((goal) => {
    const course = fractions * violationOf(problem, goals, goal, doses);
    return course > KEPT ? [`${goal.roi}: the constraint ${goal.type} is violated by ${course.toFixed(2)} Gy`] : [];
  });
  const own = Float64Array.from(problem.rowsOf.get(roi) ?? [], (row) => doses[row]).sort();
  const median = fractions * own[Math.floor(own.length / 2)];
  if (Math.abs(median / dose - 1) <= NEAR) return broken;
  return [...broken, `${roi} gets ${median.toFixed(2)} Gy in half of its volume where ${dose} Gy are prescribed`];
}

/** Final doses are not what was optimised where the objective on them is so many times, and by so many Gy², what the optimiser believed. */
const [TIMES, APART] = [2, 0.5];

/** That final doses are far from those believed (Gy per fraction, by row), if they are: on too coarse a grid, with too wide bixels. */
export function beliefWarnings(judge: Judge, believed: Float64Array, final: Float64Array): string[] {
  const [wanted, got] = [judge.value(believed), judge.value(final)];
  if (got < TIMES * wanted || got - wanted < APART) return [];
  return [
    `The final dose is not what was optimised: the objective is ${got.toPrecision(3)} on it, ${wanted.toPrecision(3)} on the optimiser’s own; a finer grid or narrower bixels may help`,
  ];
}

const isConstraint = (goal: DoseGoal): boolean => goal.type !== 'squared-deviation' && goal.constraint === true;

/** By the goal alone: every row of its ROI counts. */
function violationOf(problem: GoalRows, goals: Goals, goal: DoseGoal, doses: Float64Array): number {
  return problem.objective({ ...goals, objectives: [goal] }).tighten(doses);
}
