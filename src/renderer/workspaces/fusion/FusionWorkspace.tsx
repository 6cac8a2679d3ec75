import { WorkspaceLayout } from '#renderer/app/WorkspaceLayout.tsx';
import { fusionOf } from '#renderer/document/fusion.ts';
import { useDocument } from '#renderer/document/store.ts';
import { TriPlanar } from '#renderer/viewports/TriPlanar.tsx';
import { LayerPanel } from './LayerPanel.tsx';
import { NotesPanel } from './NotesPanel.tsx';
import { RegistrationPanel } from './RegistrationPanel.tsx';
import { SecondImagePanel } from './SecondImagePanel.tsx';
import { SeriesPanel } from './SeriesPanel.tsx';
import { ViewPanel } from './ViewPanel.tsx';
import './fusion.css';

/** CT with MR or PET over it on three planes, and the registration between them. */
export default function FusionWorkspace() {
  const primary = useDocument((state) => state.document?.primary);
  const secondary = useDocument((state) => state.document?.secondary);
  const registration = useDocument((state) => state.document?.registration);
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
          <RegistrationPanel fusion={fusion} />
        </>
      }
    >
      <TriPlanar large="axial" />
      {fusion.kind === 'refused' && (
        <div className="refusal" role="alert" data-testid="fusion-refused">
          <strong>Not fused.</strong> {fusion.reason} Load a registration or start a manual one on the right.
        </div>
      )}
    </WorkspaceLayout>
  );
}
