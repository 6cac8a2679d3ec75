import { useEffect } from 'react';
import { WorkspaceLayout } from '#renderer/app/WorkspaceLayout.tsx';
import { followEdits } from '#renderer/commands/planning/follow/followEdits.ts';
import { usePlanningKeys } from '#renderer/commands/planning/usePlanningKeys.ts';
import { doseRemarks } from '#shared/dosimetry/standing/doseStanding.ts';
import { gantryHandle } from '#renderer/commands/planning/beams/gantryHandle.ts';
import { registerHandle } from '#renderer/viewports/plane/planeHandles.ts';
import { useDocument } from '#renderer/document/store.ts';
import { useBeamView } from '#renderer/viewports/painters/beams/beamView.ts';
import { TriPlanar } from '#renderer/viewports/plane/TriPlanar.tsx';
import { BeamPanel } from './BeamPanel.tsx';
import { BeamTable } from './BeamTable.tsx';
import { DosePanel } from './DosePanel.tsx';
import { IonBeamPanel } from './IonBeamPanel.tsx';
import { IsocenterPanel } from './IsocenterPanel.tsx';
import { MuCheckPanel } from './MuCheckPanel.tsx';
import { PlanningCentre } from './PlanningCentre.tsx';
import { PlanTree } from './plans/PlanTree.tsx';
import { PrescriptionPanel } from './plans/PrescriptionPanel.tsx';
import { SavePlanPanel } from './plans/SavePlanPanel.tsx';
import './planning.css';
import '../evaluation/evaluation.css';
import '../contouring/contouring.css';

/** Prescription, beams and dose on the planning image. */
export default function PlanningWorkspace() {
  const document = useDocument((state) => state.document);
  const doubt = useDocument(({ document }) =>
    document?.dose === undefined ? undefined : doseRemarks(document.dose, document.doseStale)[0]?.kind,
  );
  const selected = useBeamView((state) => state.selected);
  usePlanningKeys();
  useEffect(followEdits, []);
  useEffect(() => registerHandle(gantryHandle), []);
  useEffect(() => {
    useBeamView.setState({ visible: true });
    return () => useBeamView.setState({ visible: false });
  }, []);
  if (document === null) return null;
  const { structures, plan, planIndex } = document;
  if (plan === undefined)
    return (
      <WorkspaceLayout left={<PlanTree document={document} />}>
        <TriPlanar large="axial" />
      </WorkspaceLayout>
    );
  const beam = plan.beams.find(({ number }) => number === selected) ?? plan.beams[0];
  return (
    <WorkspaceLayout
      left={
        <>
          <PlanTree document={document} />
          <PrescriptionPanel key={planIndex} plan={plan} structures={structures} />
          <IsocenterPanel plan={plan} />
          <DosePanel plan={plan} />
          <MuCheckPanel />
        </>
      }
      right={
        <>
          {beam?.ion !== undefined && <IonBeamPanel beam={beam} ion={beam.ion} />}
          {beam !== undefined && beam.ion === undefined && (
            <BeamPanel key={`${planIndex} ${beam.number}`} plan={plan} beam={beam} structures={structures} />
          )}
          <SavePlanPanel plan={plan} />
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
