import { useMemo } from 'react';
import { useDocument } from '#renderer/document/store.ts';
import { type JudgedGoal, judgeSheet } from '#shared/evaluation/goals/judgeSheet.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { Roi } from '#shared/model/structures.ts';
import type { DoseSubject } from '../dock/doseSubjects.ts';
import type { SubjectDvhs } from '../dock/useDvhs.ts';

export interface JudgedSubject {
  readonly subject: DoseSubject;
  readonly judged: readonly JudgedGoal[];
}

/** Why no goal can be judged on a dose although it is what it says it is: it is not the whole of what the structures get. */
export function unjudged(dose: DoseVolume | undefined): string | undefined {
  if (dose === undefined) return undefined;
  if ((dose.derivation?.unreached ?? 0) > 0)
    return 'not every dose added up reaches all of it: the sum there is a lower bound';
  if (dose.summation === 'PLAN' || dose.summation === 'MULTI_PLAN') return undefined;
  return `it is a dose of summation type ${dose.summation}, not of a whole plan`;
}

const NO_ROIS: readonly Roi[] = [];

export const activePlanOf = (plans: readonly SubjectDvhs[]): SubjectDvhs | undefined =>
  plans.find(({ subject }) => subject.active);

/** The active plan's goals judged on every open plan, each with its own prescription and dose. */
export function useJudged(plans: readonly SubjectDvhs[]): readonly JudgedSubject[] {
  const rois = useDocument((state) => state.document?.structures.rois) ?? NO_ROIS;
  const goals = useDocument((state) => state.document?.plan?.goals);
  return useMemo(() => {
    if (goals === undefined) return [];
    return plans.map(({ subject, dvhs }): JudgedSubject => {
      const { plan, stale = unjudged(subject.dose) } = subject;
      const basis = {
        rois,
        dvh: ({ number }: Roi) => dvhs.get(number),
        ...(plan?.prescription && { prescription: plan.prescription }),
        ...(stale !== undefined && { stale }),
      };
      return { subject, judged: judgeSheet(goals, basis) };
    });
  }, [plans, rois, goals]);
}
