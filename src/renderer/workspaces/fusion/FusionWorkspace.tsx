import { useEffect } from 'react';
import { WorkspaceLayout } from '#renderer/app/WorkspaceLayout.tsx';
import { fusionOf } from '#renderer/document/fusion.ts';
import { useDocument } from '#renderer/document/store.ts';
import { compareBy, useLayers } from '#renderer/viewports/layers.ts';
import { TriPlanar } from '#renderer/viewports/TriPlanar.tsx';
import { ComparePanel } from './ComparePanel.tsx';
import { LayerPanel } from './LayerPanel.tsx';
import { NotesPanel } from './NotesPanel.tsx';
import { RegistrationPanel } from './RegistrationPanel.tsx';
import { SecondImagePanel } from './SecondImagePanel.tsx';
import { SecondPlane } from './SecondPlane.tsx';
import { SeriesPanel } from './SeriesPanel.tsx';
import { ViewPanel } from './ViewPanel.tsx';
import './fusion.css';

/** CT with MR or PET over it on three planes, and the registration between them. */
export default function FusionWorkspace() {
  const primary = useDocument((state) => state.document?.primary);
  const secondary = useDocument((state) => state.document?.secondary);
  const registration = useDocument((state) => state.document?.registration);
  const side = useLayers(({ comparison, secondary: layer }) => comparison.mode === 'side' && layer !== null);
  // Elsewhere there is no place beside the planes: the second image would just be gone.
  useEffect(
    () => () => (useLayers.getState().comparison.mode === 'side' ? compareBy({ mode: 'blend' }) : undefined),
    [],
  );
  if (primary === undefined) return null;
  const fusion = fusionOf(primary, secondary, registration);
  return (
    <WorkspaceLayout
      left={
        <>
          <SeriesPanel />
          <NotesPanel />
          <ViewPanel />
        </>
      }
      right={
        <>
          <LayerPanel which="primary" title="Primary image" />
          <SecondImagePanel fusion={fusion} />
          <ComparePanel />
          <RegistrationPanel fusion={fusion} />
        </>
      }
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
          <strong>Not fused.</strong> {fusion.reason} Load a registration or start a manual one on the right.
        </div>
      )}
    </WorkspaceLayout>
  );
}
