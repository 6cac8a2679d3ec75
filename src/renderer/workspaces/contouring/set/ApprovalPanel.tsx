import { useState } from 'react';
import { dicomDate, personName } from '#shared/dicom/personName.ts';
import { approveStructures, draftOfApproved } from '#renderer/commands/contouring/sets/approveStructures.ts';
import { useRunning } from '#renderer/commands/runningStore.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { setOperator, useOperator } from '#renderer/stores/operatorStore.ts';
import type { Approval } from '#shared/model/structures.ts';

/** Who works here, and the review of the structure set: an approved one is read-only until a draft is made of it. */
export function ApprovalPanel() {
  const approval = useDocument((state) => state.document?.structures.approval);
  const isOpen = useDocument((state) => state.document !== null);
  const operator = useOperator((state) => state.name);
  const busy = useRunning((state) => state.work !== null);
  const [reviewer, setReviewer] = useState('');
  if (!isOpen) return null;
  return (
    <Panel title="Approval">
      <Field label="Your name">
        <input
          key={operator}
          type="text"
          aria-label="your name"
          title="Family^Given: said in what is saved and in the history"
          data-testid="operator-name"
          maxLength={64}
          defaultValue={operator}
          onBlur={(event) => setOperator(event.target.value)}
        />
      </Field>
      {approval !== undefined && <p data-testid="approval-state">{approvalWords(approval)}</p>}
      {approval?.status === 'APPROVED' ? (
        <div className="button-row">
          <Button
            kind="primary"
            data-testid="make-draft"
            title="A copy to edit; it names the approved set as its predecessor when it is saved"
            onClick={() => void run(draftOfApproved)}
          >
            Edit a new draft
          </Button>
        </div>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void run(approveStructures, reviewer);
          }}
        >
          <Field label="Reviewer" hint="Approving saves the set; it is read-only from then on.">
            <input
              type="text"
              placeholder="Family^Given"
              aria-label="name of the reviewer"
              data-testid="reviewer-name"
              maxLength={64}
              value={reviewer}
              onChange={(event) => setReviewer(event.target.value)}
            />
          </Field>
          <div className="button-row">
            <Button type="submit" data-testid="approve-structures" disabled={busy || reviewer.trim() === ''}>
              Approve
            </Button>
          </div>
        </form>
      )}
    </Panel>
  );
}

/** "Approved by MÜLLER, Eva on 2026-11-02 at 08:09". */
export function approvalWords({ status, reviewer, reviewedAt }: Approval): string {
  const [date, time = ''] = reviewedAt.split('T');
  const by = reviewer === '' ? 'nobody named' : personName(reviewer);
  const at = `${date === '' ? '' : ` on ${dicomDate(date)}`}${time === '' ? '' : ` at ${time.slice(0, 5)}`}`;
  return `${status === 'APPROVED' ? 'Approved' : 'Rejected'} by ${by}${at}`;
}
