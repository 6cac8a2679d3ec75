import { useEffect } from 'react';
import { WorkspaceLayout } from '#renderer/app/WorkspaceLayout.tsx';
import { computeDose } from '#renderer/commands/planning/computeDose.ts';
import { followEdits } from '#renderer/commands/planning/followEdits.ts';
import { useCommand } from '#renderer/commands/useShortcuts.ts';
import { doseRemarks } from '#shared/dosimetry/standing/doseStanding.ts';
import { useDocument } from '#renderer/document/store.ts';
import { useBeamView } from '#renderer/viewports/painters/beamView.ts';
import { TriPlanar } from '#renderer/viewports/TriPlanar.tsx';
import { BeamPanel } from './BeamPanel.tsx';
import { BeamTable } from './BeamTable.tsx';
import { DosePanel } from './DosePanel.tsx';
import { IonBeamPanel } from './IonBeamPanel.tsx';
import { IsocenterPanel } from './IsocenterPanel.tsx';
import { MuCheckPanel } from './MuCheckPanel.tsx';
import { NewPlanPanel } from './NewPlanPanel.tsx';
import { PlanningCentre } from './PlanningCentre.tsx';
import { PrescriptionPanel } from './PrescriptionPanel.tsx';
import { SavePlanPanel } from './SavePlanPanel.tsx';
import './planning.css';
import '../evaluation/evaluation.css';
import '../contouring/contouring.css';

/** Prescription, beams and dose on the planning image. */
export default function PlanningWorkspace() {
  const structures = useDocument((state) => state.document?.structures);
  const plan = useDocument((state) => state.document?.plan);
  const doubt = useDocument(({ document }) =>
    document?.dose === undefined ? undefined : doseRemarks(document.dose, document.doseStale)[0]?.kind,
  );
  const selected = useBeamView((state) => state.selected);
  useCommand(computeDose);
  useEffect(followEdits, []);
  useEffect(() => {
    useBeamView.setState({ visible: true });
    return () => useBeamView.setState({ visible: false });
  }, []);
  if (structures === undefined) return null;
  if (plan === undefined)
    return (
      <WorkspaceLayout left={<NewPlanPanel structures={structures} />}>
        <TriPlanar large="axial" />
      </WorkspaceLayout>
    );
  const beam = plan.beams.find(({ number }) => number === selected) ?? plan.beams[0];
  return (
    <WorkspaceLayout
      left={
        <>
          <PrescriptionPanel plan={plan} structures={structures} />
          <IsocenterPanel plan={plan} />
          <DosePanel plan={plan} />
          <MuCheckPanel />
        </>
      }
      right={
        <>
          {beam?.ion !== undefined && <IonBeamPanel beam={beam} ion={beam.ion} />}
          {beam !== undefined && beam.ion === undefined && (
            <BeamPanel key={beam.number} plan={plan} beam={beam} structures={structures} />
          )}
          <SavePlanPanel plan={plan} />
          <details className="another-plan">
            <summary>Start another plan</summary>
            <NewPlanPanel structures={structures} />
          </details>
        </>
      }
    >
      <div className="with-dock">
        <PlanningCentre />
        <BeamTable plan={plan} doubt={doubt} />
      </div>
    </WorkspaceLayout>
  );
}
