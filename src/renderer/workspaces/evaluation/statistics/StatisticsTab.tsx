import { useMemo, useState } from 'react';
import { Button } from '#renderer/kit/Button.tsx';
import { css } from '#renderer/viewports/painters/ink.ts';
import { errorWords } from '#shared/contract/errors.ts';
import { parseMetric } from '#shared/evaluation/goals/goalText.ts';
import { DashSample } from '../dock/PlanLegend.tsx';
import type { DvhState } from '../dock/useDvhs.ts';
import { addColumn, removeColumn, statisticsColumns, useStatisticsColumns } from './columns.ts';

/** Dose statistics of every structure, plan by plan; a stale dose has none. */
export function StatisticsTab({ state: { rois, plans } }: { readonly state: DvhState }) {
  const own = useStatisticsColumns((columns) => columns.own);
  const columns = useMemo(() => statisticsColumns(own), [own]);
  const several = plans.length > 1;
  return (
    <div className="statistics-tab">
      <AddColumn />
      <div className="goals-scroll">
        <table className="table statistics" data-testid="statistics">
          <thead>
            <tr>
              <th>Structure</th>
              {several && <th>Plan</th>}
              {columns.map(({ key, title }) => (
                <th key={key} className="numeric">
                  {title}
                  {own.includes(key) && (
                    <button
                      type="button"
                      className="icon"
                      aria-label={`remove column ${key}`}
                      onClick={() => removeColumn(key)}
                    >
                      ×
                    </button>
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rois.flatMap((roi) =>
              plans.map(({ subject, dvhs }, place) => {
                const dvh = dvhs.get(roi.number);
                const warned = dvh !== undefined && dvh.covered < 0.999;
                return (
                  <tr
                    key={`${roi.number} ${subject.index}`}
                    data-structure={roi.name}
                    data-plan={subject.name}
                    className={place === 0 ? 'first-of-structure' : ''}
                  >
                    <td>
                      {place === 0 && (
                        <span className="dvh-name">
                          <i style={{ background: css(roi.color) }} /> {roi.name}
                        </span>
                      )}
                    </td>
                    {several && (
                      <td title={subject.stale}>
                        <DashSample subject={subject} /> {subject.name}
                        {subject.stale !== undefined && <small className="warning-text"> stale dose</small>}
                      </td>
                    )}
                    {columns.map(({ key, value }) => (
                      <td
                        key={key}
                        className={`numeric ${warned && key === 'covered' ? 'warning-text' : ''}`}
                        title={warned ? dvh.warnings.join(' · ') : undefined}
                      >
                        {dvh === undefined || !(dvh.volume > 0) ? '–' : value(dvh, subject.plan?.prescription?.dose)}
                      </td>
                    ))}
                  </tr>
                );
              }),
            )}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function AddColumn() {
  const [text, setText] = useState('');
  const problem = text.trim() === '' ? undefined : problemOf(text);
  return (
    <form
      className="goal-bar"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() === '' || problem !== undefined) return;
        addColumn(text);
        setText('');
      }}
    >
      <input
        type="text"
        aria-label="new column"
        data-testid="statistics-column"
        placeholder="V20Gy, V20Gy in cc, D0.1cc, D95% in %…"
        aria-invalid={problem !== undefined}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Button type="submit" disabled={text.trim() === '' || problem !== undefined}>
        Add column
      </Button>
      {problem !== undefined && <small className="error">{problem}</small>}
    </form>
  );
}

function problemOf(text: string): string | undefined {
  try {
    parseMetric(text);
    return undefined;
  } catch (error) {
    return errorWords(error);
  }
}
