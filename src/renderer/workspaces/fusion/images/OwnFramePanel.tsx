import { useRunning } from '#renderer/commands/runningStore.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { errorWords } from '#shared/contract/errors.ts';
import { startFromIdentity } from '../registration/manualRegistration.ts';
import { copyIntoOwnFrame } from './ownFrame.ts';

/** For two images of one frame of reference that do not fit: they lie as scanned, and only a copy can be registered. */
export function OwnFramePanel() {
  const document = useDocument((state) => state.document);
  const working = useRunning((state) => state.work !== null);
  if (document?.secondary === undefined) return null;
  const { primary, secondary } = document;
  if (secondary.frameOfReferenceUid === '' || secondary.frameOfReferenceUid !== primary.frameOfReferenceUid)
    return null;
  const written = secondary.modality === 'CT' || secondary.modality === 'MR';
  const copy = async (): Promise<void> => {
    try {
      const description = await copyIntoOwnFrame();
      if (description === undefined) return;
      startFromIdentity();
      toast(`Stored as "${description}"; register it and save`, 'success');
    } catch (error) {
      toast(errorWords(error), 'error');
    }
  };
  return (
    <Panel title="Shared frame of reference">
      <p className="hint">
        The two images lie as they were scanned. If the patient moved in between, register a copy of the second one.
        {!written && ` A ${secondary.modality} series cannot be written: open it as the primary, and copy the other.`}
      </p>
      <div className="button-row">
        <Button data-testid="own-frame" disabled={working || !written} onClick={() => void copy()}>
          Copy into a frame of its own
        </Button>
      </div>
    </Panel>
  );
}
