import { usePlanningKeys } from '#renderer/commands/planning/usePlanningKeys.ts';
import { WorkspaceLayout } from '#renderer/app/WorkspaceLayout.tsx';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { useBeamView } from '#renderer/viewports/painters/beams/beamView.ts';
import { useEffect } from 'react';
import { StructureList } from '../contouring/list/StructureList.tsx';
import { EvaluationPlanes } from './compare/EvaluationPlanes.tsx';
import { EvaluationColumn } from './EvaluationColumn.tsx';
import { DoseLabel } from './DoseLabel.tsx';
import { EvaluationDock } from './dock/EvaluationDock.tsx';
import { IsodosePanel } from './IsodosePanel.tsx';
import './doses.css';
import './evaluation.css';
import '../contouring/contouring.css';

/** Isodoses on the planes, histograms and statistics of the dose on screen. */
export default function EvaluationWorkspace() {
  usePlanningKeys();
  const beams = useBeamView((state) => state.visible);
  useEffect(() => () => useBeamView.setState({ visible: false }), []);
  return (
    <WorkspaceLayout
      left={
        <>
          <Panel title="Dose">
            <DoseLabel />
            <Checkbox checked={beams} onChange={(visible) => useBeamView.setState({ visible })}>
              Beams on the planes
            </Checkbox>
          </Panel>
          <IsodosePanel />
          <StructureList />
        </>
      }
      right={<EvaluationColumn />}
    >
      <div className="with-dvh">
        <EvaluationPlanes />
        <EvaluationDock />
      </div>
    </WorkspaceLayout>
  );
}
