import { useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Dialog } from '#renderer/kit/Dialog.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { errorWords } from '#shared/contract/errors.ts';
import { DISCONTINUATION_REASONS, type ProcedureStep } from '#shared/contract/rpc/worklist.ts';
import { SeriesChoice } from './SeriesChoice.tsx';

interface FinishStepDialogProps {
  readonly step: ProcedureStep;
  readonly outcome: 'completed' | 'discontinued';
  readonly onClose: () => void;
  readonly onFinished: () => void;
}

/** How a procedure step ended: which series of the open patient were made, or why it was broken off. */
export function FinishStepDialog({ step, outcome, onClose, onFinished }: FinishStepDialogProps) {
  const document = useDocument((state) => state.document);
  const [series, setSeries] = useState<ReadonlySet<string>>(new Set());
  const [reason, setReason] = useState(DISCONTINUATION_REASONS[0].value);
  const [failure, setFailure] = useState('');
  const isPatient = document !== null && document.tree.patientId === step.item.patientId;
  const isReady = outcome === 'discontinued' || series.size > 0;
  const finish = async (): Promise<void> => {
    try {
      await rpc.worklist.finish({
        sopInstanceUid: step.sopInstanceUid,
        outcome,
        patientKey: isPatient ? document.patientKey : undefined,
        seriesInstanceUids: [...series],
        reason: outcome === 'discontinued' ? DISCONTINUATION_REASONS.find(({ value }) => value === reason) : undefined,
      });
      onFinished();
    } catch (error) {
      setFailure(errorWords(error));
    }
  };
  const what = step.item.step || step.item.requestedProcedure;
  return (
    <Dialog
      open
      title={`${outcome === 'completed' ? 'Complete' : 'Discontinue'}: ${what} of ${step.item.patientId}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" data-testid="finish-step" disabled={!isReady} onClick={() => void finish()}>
            {outcome === 'completed' ? 'Complete' : 'Discontinue'}
          </Button>
        </>
      }
    >
      {outcome === 'discontinued' && (
        <Field label="Reason">
          <Select
            value={reason}
            options={DISCONTINUATION_REASONS.map(({ value, meaning }) => ({ value, label: meaning }))}
            onChange={setReason}
          />
        </Field>
      )}
      {isPatient ? (
        <>
          <p className="hint">Series that were made in this step:</p>
          <SeriesChoice tree={document.tree} chosen={series} onChange={setSeries} />
        </>
      ) : (
        <p className={outcome === 'completed' ? 'warning-text' : 'hint'}>
          Open patient {step.item.patientId} to say which series were made.
          {outcome === 'completed' && ' A completed step names at least one.'}
        </p>
      )}
      {failure !== '' && <p className="error-text">{failure}</p>}
    </Dialog>
  );
}
