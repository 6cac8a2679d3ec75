import { useMemo } from 'react';
import { WorkspaceLayout } from '#renderer/app/WorkspaceLayout.tsx';
import { usePlanningKeys } from '#renderer/commands/planning/usePlanningKeys.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { useDocument } from '#renderer/document/store.ts';
import { isUnaccepted, useOptimization } from '#renderer/stores/optimizationStore.ts';
import type { Plan } from '#shared/model/plan.ts';
import { isClosed } from '#shared/structures/contours/stack.ts';
import { LiveDvhPanel } from './live/LiveDvhPanel.tsx';
import { ObjectiveChart } from './live/ObjectiveChart.tsx';
import { useLive } from './live/useLive.ts';
import { ObjectivesPanel } from './objectives/ObjectivesPanel.tsx';
import { ArcList } from './run/ArcList.tsx';
import { GoalStatus } from './run/GoalStatus.tsx';
import { ResultPanel } from './run/ResultPanel.tsx';
import { RunPanel } from './run/RunPanel.tsx';
import { PrecisionFields } from './run/SettingsFields.tsx';
import { FoldPanel } from '#renderer/kit/FoldPanel.tsx';
import '../evaluation/evaluation.css';
import '../evaluation/dock/dock.css';
import '../planning/planning.css';
import './optimization.css';

/** Objectives, how the plan answers to them while it is optimised, and what comes of it. */
export default function OptimizationWorkspace() {
  usePlanningKeys();
  const document = useDocument((state) => state.document);
  if (document === null) return null;
  const { plan, planIndex } = document;
  if (plan === undefined)
    return (
      <div className="placeholder">No plan: make one in the Planning workspace, with a prescription and beams.</div>
    );
  return <Optimization key={`${document.patientKey} ${planIndex}`} document={document} plan={plan} />;
}

function Optimization({ document, plan }: { readonly document: ClinicalDocument; readonly plan: Plan }) {
  const { structures } = document;
  const rois = useMemo(() => structures.rois.filter(({ contours }) => contours.some(isClosed)), [structures.rois]);
  const live = useLive(plan, rois);
  const { technique, arcs } = useOptimization((state) => state.settings);
  return (
    <WorkspaceLayout
      left={<ObjectivesPanel plan={plan} rois={rois} live={live} />}
      right={
        <>
          <RunPanel document={document} plan={plan} live={live} />
          {technique === 'vmat' && (
            <FoldPanel title={`Arcs (${arcs.length})`} open={!isUnaccepted(live.run ?? null)} data-testid="arcs">
              <ArcList busy={live.busy} />
            </FoldPanel>
          )}
          <ResultPanel live={live} />
          <GoalStatus plan={plan} rois={structures.rois} live={live} />
          <FoldPanel title="Precision" open>
            <PrecisionFields busy={live.busy} />
          </FoldPanel>
        </>
      }
    >
      <div className="optimization-centre">
        <LiveDvhPanel plan={plan} rois={rois} live={live} />
        <ObjectiveChart rois={rois} live={live} />
      </div>
    </WorkspaceLayout>
  );
}
