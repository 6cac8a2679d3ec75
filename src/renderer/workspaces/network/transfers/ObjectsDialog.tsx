import { useEffect, useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { Dialog } from '#renderer/kit/Dialog.tsx';
import { type Column, Table } from '#renderer/kit/Table.tsx';
import { errorWords } from '#shared/contract/errors.ts';
import { isFinished, type Transfer, type TransferObject } from '#shared/contract/rpc/transfers.ts';

interface ObjectsDialogProps {
  readonly transfer: Transfer;
  readonly onClose: () => void;
}

const LIMIT = 1000;

const COLUMNS: readonly Column<TransferObject>[] = [
  {
    key: 'what',
    title: 'Object',
    render: ({ modality, label, sopInstanceUid }) => (
      <span title={sopInstanceUid}>
        {modality} {label}
        <small className="hint uid">{sopInstanceUid}</small>
      </span>
    ),
  },
  {
    key: 'state',
    title: 'Result',
    render: ({ state, status, reason }) => (
      <span className={state === 'failed' ? 'error-text' : ''}>
        {state}
        {reason === '' ? '' : `: ${reason}`}
        {state === 'failed' && !/^[0-9A-F]{4}$/.test(status) ? ` (${status})` : ''}
      </span>
    ),
  },
  { key: 'tries', title: 'Tries', numeric: true, render: ({ tries }) => tries },
];

/** The objects of a transfer with the peer's words about each. */
export function ObjectsDialog({ transfer, onClose }: ObjectsDialogProps) {
  const { id, failed } = transfer;
  const [onlyFailed, setOnlyFailed] = useState(failed > 0);
  const [objects, setObjects] = useState<readonly TransferObject[]>([]);
  const [failure, setFailure] = useState('');
  const answered = transfer.sent + failed;
  useEffect(() => {
    let current = true;
    rpc.transfers
      .objects({ id, failed: onlyFailed, limit: LIMIT })
      .then((found) => current && setObjects(found))
      .catch((error: unknown) => current && setFailure(errorWords(error)));
    return () => {
      current = false;
    };
    // Read again as objects get their answers.
  }, [id, onlyFailed, answered]);
  return (
    <Dialog
      open
      title={`${transfer.content} of ${transfer.patient} to ${transfer.nodeName}`}
      onClose={onClose}
      actions={<Button onClick={onClose}>Close</Button>}
    >
      <div className="transfer-objects">
        <Checkbox checked={onlyFailed} onChange={setOnlyFailed}>
          only the {failed} that failed
        </Checkbox>
        {failure !== '' && <p className="error-text">{failure}</p>}
        <Table
          data-testid="transfer-objects"
          columns={COLUMNS}
          rows={objects}
          rowKey={({ sopInstanceUid, patientKey }) => `${patientKey} ${sopInstanceUid}`}
          empty={onlyFailed ? `None has failed${isFinished(transfer) ? '' : ' so far'}.` : 'No objects.'}
        />
        {objects.length === LIMIT && <p className="hint">The first {LIMIT} are shown.</p>}
      </div>
    </Dialog>
  );
}
