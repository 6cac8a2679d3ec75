import { useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Dialog } from '#renderer/kit/Dialog.tsx';
import { errorWords } from '#shared/contract/errors.ts';
import type { ProcedureStep } from '#shared/contract/rpc/worklist.ts';

interface ForgetStepDialogProps {
  readonly step: ProcedureStep;
  readonly onClose: () => void;
  readonly onForgotten: () => void;
}

/** Asks before a procedure step that the RIS never accepted is discarded. */
export function ForgetStepDialog({ step, onClose, onForgotten }: ForgetStepDialogProps) {
  const [failure, setFailure] = useState('');
  const forget = async (): Promise<void> => {
    try {
      await rpc.worklist.forget({ sopInstanceUid: step.sopInstanceUid });
      onForgotten();
    } catch (error) {
      setFailure(errorWords(error));
    }
  };
  return (
    <Dialog
      open
      title={`Forget: ${step.item.step || step.item.requestedProcedure} of ${step.item.patientId}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button kind="danger" data-testid="forget-step-ok" onClick={() => void forget()}>
            Forget
          </Button>
        </>
      }
    >
      <p>
        {step.node} never accepted that this step began. It is discarded here, {step.node} is told nothing, and the
        scheduled step can be started again.
      </p>
      {failure !== '' && <p className="error-text">{failure}</p>}
    </Dialog>
  );
}
