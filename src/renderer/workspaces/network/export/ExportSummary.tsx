import type { ExportFinding, ExportReport } from '#shared/contract/rpc/deidentify.ts';
import { changesByKind } from './exportDraft.ts';

/** What to know of the objects before they leave. */
export function Findings({
  objects,
  findings,
}: {
  readonly objects: number;
  readonly findings: readonly ExportFinding[];
}) {
  return (
    <div data-testid="export-findings">
      <p>
        {objects} objects looked at{findings.length === 0 ? ': nothing stands against it.' : '.'}
      </p>
      <ul className="export-findings">
        {findings.map(({ severity, text, objects: count }) => (
          <li key={text} className={severity === 'refuse' ? 'error-text' : 'warning-text'}>
            {count} × {text}
            {severity === 'refuse' ? ': stays behind' : ''}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What was done to which attributes, and what stayed behind. */
export function ExportSummary({ report }: { readonly report: ExportReport }) {
  const behind = [...report.refused, ...report.failed];
  return (
    <div data-testid="export-summary">
      <p>
        <strong>{report.objects} objects exported</strong>
        {behind.length > 0 && <span className="error-text">, {behind.length} stayed behind</span>}
      </p>
      {changesByKind(report.changes).map(({ kind, attributes }) => (
        <details key={kind}>
          <summary>
            {attributes.length} {attributes.length === 1 ? 'attribute' : 'attributes'} {kind}
          </summary>
          <p className="hint">{attributes.join(', ')}</p>
        </details>
      ))}
      <ul className="export-findings">
        {behind.map(({ sopInstanceUid, reason }) => (
          <li key={sopInstanceUid} className="error-text">
            {sopInstanceUid}: {reason}
          </li>
        ))}
      </ul>
    </div>
  );
}
