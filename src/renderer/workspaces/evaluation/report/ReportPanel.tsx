import { useState } from 'react';
import { makeReport, storeReport, useReport } from '#renderer/commands/evaluation/makeReport.ts';
import { useRunning } from '#renderer/commands/runningStore.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { FoldPanel } from '#renderer/kit/FoldPanel.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { personName } from '#shared/dicom/personName.ts';
import { useOperator } from '#renderer/stores/operatorStore.ts';
import type { Report } from '#shared/report/model.ts';

/** The report of the active plan as PDF: made, opened, kept. */
export function ReportPanel() {
  const plan = useDocument((state) => state.document?.plan);
  const patientKey = useDocument((state) => state.document?.patientKey);
  const busy = useRunning((state) => state.work !== null);
  const operator = useOperator((state) => state.name);
  const { made } = useReport();
  const [paper, setPaper] = useState<Report['paper']>('A4');
  if (plan === undefined)
    return (
      <FoldPanel title="Report">
        <p className="hint">No plan is open.</p>
      </FoldPanel>
    );
  const current = made !== null && made.patientKey === patientKey ? made : null;
  const file = current === null ? '' : `${current.label.replace(/[^\w-]+/g, '_')}.pdf`;
  return (
    <FoldPanel title="Report" open data-testid="report-panel">
      <p className="hint">Made by {personName(operator)}</p>
      <Field label="Paper">
        <Select
          aria-label="paper of the report"
          value={paper}
          options={[
            { value: 'A4', label: 'A4' },
            { value: 'Letter', label: 'Letter' },
          ]}
          onChange={setPaper}
        />
      </Field>
      <div className="button-row">
        <Button kind="primary" data-testid="make-report" disabled={busy} onClick={() => void run(makeReport, paper)}>
          Make report
        </Button>
      </div>
      {current !== null && (
        <>
          <p data-testid="report-made" data-pages={current.pages}>
            {current.label}, {current.at.replace('T', ' ')}, {current.pages} pages
          </p>
          {current.watermark !== undefined && (
            <p className="warning-text" role="alert">
              {current.watermark}
            </p>
          )}
          {current.plan !== plan && <p className="warning-text">The plan was changed since.</p>}
          {current.missing.length > 0 && (
            <p className="warning-text">Characters that it cannot show: {current.missing.join(', ')}</p>
          )}
          <div className="button-row">
            <a className="button plain" href={current.url} target="_blank" rel="noreferrer" data-testid="open-report">
              Open
            </a>
            <a className="button plain" href={current.url} download={file} data-testid="save-report">
              Save as file
            </a>
            <Button
              data-testid="store-report"
              disabled={busy || current.stored !== undefined}
              title="Into the archive as Encapsulated PDF"
              onClick={() => void run(storeReport)}
            >
              {current.stored === undefined ? 'Store' : 'Stored'}
            </Button>
          </div>
        </>
      )}
    </FoldPanel>
  );
}
