import { useEffect } from 'react';
import { WorkspaceLayout } from '#renderer/app/WorkspaceLayout.tsx';
import { fusionOf } from '#renderer/document/fusion.ts';
import { useDocument } from '#renderer/document/store.ts';
import { compareBy, useLayers } from '#renderer/viewports/layers/layers.ts';
import { TriPlanar } from '#renderer/viewports/plane/TriPlanar.tsx';
import { ComparePanel } from './images/ComparePanel.tsx';
import { FusionColumn } from './FusionColumn.tsx';
import { NotesPanel } from './NotesPanel.tsx';
import { SecondPlane } from './images/SecondPlane.tsx';
import { SeriesPanel } from './images/SeriesPanel.tsx';
import { ViewPanel } from './ViewPanel.tsx';
import './fusion.css';

/** CT with MR or PET over it on three planes, and the registration between them. */
export default function FusionWorkspace() {
  const document = useDocument((state) => state.document);
  const side = useLayers(({ comparison, secondary: layer }) => comparison.mode === 'side' && layer !== null);
  // Elsewhere there is no place beside the planes: the second image would just be gone.
  useEffect(
    () => () => (useLayers.getState().comparison.mode === 'side' ? compareBy({ mode: 'blend' }) : undefined),
    [],
  );
  if (document === null) return null;
  const fusion = fusionOf(document);
  return (
    <WorkspaceLayout
      left={
        <>
          <SeriesPanel />
          <NotesPanel />
          <ComparePanel />
          <ViewPanel />
        </>
      }
      right={<FusionColumn fusion={fusion} />}
    >
      {side ? (
        <TriPlanar>
          <SecondPlane />
        </TriPlanar>
      ) : (
        <TriPlanar large="axial" />
      )}
      {fusion.kind === 'refused' && (
        <div className="refusal" role="alert" data-testid="fusion-refused">
          <strong>Not fused.</strong> {fusion.reason} Register it on the right, under Registration.
        </div>
      )}
    </WorkspaceLayout>
  );
}
