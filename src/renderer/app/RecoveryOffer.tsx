import { useEffect, useState } from 'react';
import { acceptRecovery, discardRecovery, findRecovery, type Recovery } from '#renderer/commands/recovery/recover.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Dialog } from '#renderer/kit/Dialog.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { showWorkspace } from '#renderer/stores/sessionStore.ts';
import { setMessage } from '#renderer/stores/statusStore.ts';
import { errorWords } from '#shared/contract/errors.ts';
import { personName } from '#shared/dicom/personName.ts';

interface Offer extends Recovery {
  readonly patientKey: string;
  readonly inFrame: boolean;
}

/** Asks, when a patient is opened whose structures were edited and not saved, whether the edits are to be recovered. */
export function RecoveryOffer() {
  const patientKey = useDocument((state) => state.document?.patientKey);
  const [offer, setOffer] = useState<Offer | null>(null);
  useEffect(() => {
    const { document } = useDocument.getState();
    if (patientKey === undefined || document === null) return;
    let left = false;
    void look(patientKey).then((found) => {
      if (!left && found !== null) setOffer(found);
    });
    return () => {
      left = true;
    };
  }, [patientKey]);
  if (offer === null || offer.patientKey !== patientKey) return null;
  const { record, lost, remarks, inFrame } = offer;
  const names = [...new Set((record.set.history ?? []).slice(-record.edits).flatMap(({ rois }) => rois))];
  const by = record.set.history?.at(-1)?.by;
  const answer = (accept: boolean): void => {
    setOffer(null);
    if (accept) {
      acceptRecovery(offer);
      showWorkspace('contouring');
      toast('Unsaved edits recovered. Save them as a new instance, or undo.', 'success');
    }
    const damaged = lost.length > 0 || remarks.some((text) => text.includes('damaged'));
    // Accepted edits are kept anew by the autosave; what could not be read must not be lost.
    if (!accept || damaged)
      discardRecovery(offer.patientKey, damaged).catch((error: unknown) => toast(errorWords(error), 'error'));
  };
  return (
    <Dialog
      open
      title="Recover unsaved structures?"
      onClose={() => undefined}
      actions={
        // The first has the focus: Enter must not discard.
        <>
          <Button kind="primary" data-testid="accept-recovery" disabled={!inFrame} onClick={() => answer(true)}>
            Recover
          </Button>
          <Button kind="danger" data-testid="discard-recovery" onClick={() => answer(false)}>
            Discard
          </Button>
        </>
      }
    >
      <p data-testid="recovery-offer">
        {record.edits} {record.edits === 1 ? 'edit' : 'edits'} of “{record.set.label}” made until{' '}
        {record.savedAt.replace('T', ' ')}
        {by !== undefined && ` by ${personName(by)}`} were not saved.
      </p>
      {names.length > 0 && <p>Structures: {names.join(', ')}</p>}
      {lost.length > 0 && <p className="error-text">These cannot be read and would be missing: {lost.join(', ')}</p>}
      {!inFrame && <p className="error-text">They lie in another frame of reference than the image that is open.</p>}
      {remarks.map((remark) => (
        <p key={remark} className="warning-text">
          {remark}
        </p>
      ))}
    </Dialog>
  );
}

async function look(patientKey: string): Promise<Offer | null> {
  const { document } = useDocument.getState();
  if (document === null) return null;
  try {
    const found = await findRecovery(document);
    if (found === null) return null;
    if (found === 'damaged') {
      await discardRecovery(patientKey, true);
      toast(
        'Unsaved edits of this patient were kept but cannot be read; their files are put aside in the archive.',
        'error',
      );
      return null;
    }
    const inFrame = found.record.frameOfReferenceUid === document.primary.frameOfReferenceUid;
    return { ...found, patientKey, inFrame };
  } catch (error) {
    setMessage(`Unsaved edits could not be looked for: ${errorWords(error)}`, 'warning');
    return null;
  }
}
