import { useMemo, useState } from 'react';
import { useDocument } from '#renderer/document/store.ts';
import { Progress } from '#renderer/kit/Progress.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { useContourView } from '#renderer/viewports/painters/contourView.ts';
import { referenceDose } from '#renderer/viewports/painters/isodoseView.ts';
import { DoseRemarks } from './DoseRemarks.tsx';
import { DvhChart } from './DvhChart.tsx';
import { type DvhAxes, dvhCurves } from './dvhCurves.ts';
import { DvhTable } from './DvhTable.tsx';
import { useDvhs } from './useDvhs.ts';

/** DVH chart and table of the visible structures. */
export function DvhDock() {
  const document = useDocument((state) => state.document);
  const hidden = useContourView((state) => state.hidden);
  const { rois, dvhs, progress, error } = useDvhs();
  const [axes, setAxes] = useState<DvhAxes>({ dose: 'gray', volume: 'percent' });
  const reference = document === null ? undefined : referenceDose(document);
  const shown = useMemo(() => rois.filter(({ number }) => !hidden.has(number)), [rois, hidden]);
  const curves = useMemo(
    () => dvhCurves(shown, dvhs, axes, reference?.dose ?? 1),
    [shown, dvhs, axes, reference?.dose],
  );
  if (document?.dose === undefined)
    return <section className="dvh-dock empty hint">No dose yet: compute one in the Planning workspace.</section>;
  const warnings = [...new Set(shown.flatMap(({ number }) => dvhs.get(number)?.warnings ?? []))];
  return (
    <section className="dvh-dock" aria-label="dose–volume histograms">
      <header>
        <h2>Dose–volume histograms</h2>
        <DoseRemarks />
        <Select
          aria-label="dose axis"
          value={axes.dose}
          options={[
            { value: 'gray', label: 'Gy' },
            { value: 'percent', label: reference?.of === 'maximum' ? '% of maximum' : '% of prescription' },
          ]}
          onChange={(dose) => setAxes({ ...axes, dose })}
        />
        <Select
          aria-label="volume axis"
          value={axes.volume}
          options={[
            { value: 'percent', label: '% volume' },
            { value: 'cm3', label: 'cm³' },
          ]}
          onChange={(volume) => setAxes({ ...axes, volume })}
        />
      </header>
      {progress !== undefined && <Progress label="Computing histograms" value={progress} />}
      {error !== undefined && <p className="error-text">{error}</p>}
      <div className="dvh-body">
        <DvhChart curves={curves} axes={axes} />
        <div className="dvh-numbers">
          <DvhTable
            rois={shown}
            dvhs={dvhs}
            prescribed={reference?.of === 'prescription' ? reference.dose : undefined}
          />
          {warnings.length > 0 && (
            <ul className="warning-text dvh-warnings" data-testid="dvh-warnings">
              {warnings.map((warning) => (
                <li key={warning}>{warning}</li>
              ))}
            </ul>
          )}
        </div>
      </div>
    </section>
  );
}
