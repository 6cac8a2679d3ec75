import { useState } from 'react';
import { HistoryButtons } from '#renderer/commands/HistoryButtons.tsx';
import { RunningWork } from '#renderer/commands/RunningWork.tsx';
import { useRunning } from '#renderer/commands/runningStore.ts';
import { saveStructures } from '#renderer/commands/contouring/sets/saveStructures.ts';
import { SaveSegmentation } from './SaveSegmentation.tsx';
import { run } from '#renderer/commands/useShortcuts.ts';
import { useDocument, useUndoLabel } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { approvalWords } from './ApprovalPanel.tsx';
import { UnacceptedDialog, unaccepted } from '../draw/UnacceptedDialog.tsx';

/** The structure set: what it is, what its reader had to say, undo, and saving it as a new instance. */
export function SaveStructures() {
  const structures = useDocument((state) => state.document?.structures);
  const dirty = useDocument((state) => state.document?.structuresDirty === true);
  const undoLabel = useUndoLabel();
  const [asking, setAsking] = useState(false);
  const busy = useRunning((state) => state.work !== null);
  if (structures === undefined) return null;
  const { label, warnings, rois, approval } = structures;
  return (
    <Panel title="Structure set" actions={<HistoryButtons />}>
      <p className="set-state" data-testid="structure-set-state" data-dirty={dirty}>
        <strong>{label}</strong>{' '}
        {dirty ? <span className="warning-text">unsaved changes</span> : <span className="hint">saved</span>}
      </p>
      {approval !== undefined && (
        <p className={`approval ${approval.status.toLowerCase()}`} data-testid="approval-banner">
          {approvalWords(approval)}
          {approval.status === 'APPROVED' && ' · read-only'}
        </p>
      )}
      <p className="last-edit" data-testid="last-edit">
        <span className="hint">Last edit:</span> {undoLabel ?? '–'}
      </p>
      {warnings.length > 0 && (
        <details className="set-warnings">
          <summary className="warning-text">
            {warnings.length} {warnings.length === 1 ? 'remark' : 'remarks'} on the loaded set
          </summary>
          <ul>
            {warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </details>
      )}
      <RunningWork />
      <div className="button-row">
        <Button
          kind="primary"
          data-testid="save-structures"
          disabled={!dirty || busy || rois.length === 0}
          title="Stores a new RT Structure Set instance in the archive"
          onClick={() => (unaccepted(rois).length > 0 ? setAsking(true) : void run(saveStructures))}
        >
          Save as new instance
        </Button>
        <SaveSegmentation />
      </div>
      {asking && <UnacceptedDialog rois={unaccepted(rois)} onClose={() => setAsking(false)} />}
    </Panel>
  );
}
