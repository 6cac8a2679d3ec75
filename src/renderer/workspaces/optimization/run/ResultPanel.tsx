import { Panel } from '#renderer/kit/Panel.tsx';
import type { LiveState } from '../live/useLive.ts';

/** Beams and monitor units of the finished run, whether the machine can deliver them, what computed the optimiser's dose, and what to mind. */
export function ResultPanel({ live: { run, verdicts } }: { readonly live: LiveState }) {
  const warnings = [...new Set([...(run?.warnings ?? []), ...(run?.result?.delivered?.warnings ?? [])])];
  const implementation = run?.result?.implementation;
  if (verdicts.length === 0 && warnings.length === 0 && implementation === undefined) return null;
  const broken = verdicts.filter(({ problems }) => problems.length > 0);
  const unchecked = [...new Set(verdicts.flatMap((verdict) => verdict.unchecked))];
  const total = verdicts.reduce((sum, { beam }) => sum + (beam.meterset ?? 0), 0);
  return (
    <Panel title="Result">
      {verdicts.length > 0 && (
        <>
          <p className={broken.length === 0 ? 'hint' : 'error-text'} data-testid="optimization-deliverability">
            {broken.length === 0
              ? 'The independent checker finds every limit of the machine kept.'
              : `${broken.length} of ${verdicts.length} beams break limits of the machine.`}
          </p>
          {broken.map(({ beam, problems }) => (
            <p key={beam.number} className="error-text">
              {beam.name}: {problems.slice(0, 3).join('; ')}
              {problems.length > 3 && ` and ${problems.length - 3} more`}
            </p>
          ))}
          {unchecked.length > 0 && <p className="hint">Not judged: {unchecked.join('; ')}.</p>}
          <details>
            <summary>
              {verdicts.length} beam{verdicts.length === 1 ? '' : 's'}, {total.toFixed(0)} MU
            </summary>
            <table className="table result-beams" data-testid="result-beams">
              <thead>
                <tr>
                  <th>Beam</th>
                  <th className="numeric">Points</th>
                  <th className="numeric">MU</th>
                  <th>Deliverable</th>
                </tr>
              </thead>
              <tbody>
                {verdicts.map(({ beam, problems }) => (
                  <tr key={beam.number}>
                    <td title={beam.name}>{beam.name}</td>
                    <td className="numeric">{beam.controlPoints.length}</td>
                    <td className="numeric">{beam.meterset?.toFixed(1) ?? '–'}</td>
                    <td className={problems.length === 0 ? 'within' : 'stop'}>
                      {problems.length === 0 ? 'yes' : 'no'}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </details>
        </>
      )}
      {implementation !== undefined && (
        <p className="hint" data-testid="optimization-implementation">
          Optimiser’s dose by {implementation}.
        </p>
      )}
      {warnings.length > 0 && (
        <ul className="warning-text plan-warnings" data-testid="optimization-warnings">
          {warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
