import { evaluateRobustness } from '#renderer/commands/evaluation/evaluateRobustness.ts';
import { RunningWork } from '#renderer/commands/RunningWork.tsx';
import { ComparePanel } from './compare/ComparePanel.tsx';
import { SumPanel } from './compare/SumPanel.tsx';
import { GammaPanel } from './gamma/GammaPanel.tsx';
import { PointPanel } from './points/PointPanel.tsx';
import { SpotPanel } from './points/SpotPanel.tsx';
import { ProfilePanel } from './profiles/ProfilePanel.tsx';
import { PlanChecksPanel } from './checks/PlanChecksPanel.tsx';
import { RobustPanel } from './robust/RobustPanel.tsx';
import { ReportPanel } from './report/ReportPanel.tsx';

/** The right column of the evaluation: what is done with doses, what is found of the plan, its report. */
export function EvaluationColumn() {
  return (
    <>
      <ComparePanel />
      <SumPanel />
      <GammaPanel />
      <RobustPanel />
      <ProfilePanel />
      <PointPanel />
      <SpotPanel />
      <PlanChecksPanel />
      <ReportPanel />
      <RunningWork except={evaluateRobustness.label} />
    </>
  );
}
