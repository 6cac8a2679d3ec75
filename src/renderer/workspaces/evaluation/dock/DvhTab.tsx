import { useMemo } from 'react';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { useRobust } from '#renderer/stores/robustStore.ts';
import { referenceDose } from '#renderer/viewports/painters/dose/isodoseView.ts';
import { useContourView } from '#renderer/viewports/painters/contours/contourView.ts';
import { dvhCsv } from '#shared/evaluation/dvhCsv.ts';
import type { Roi } from '#shared/model/structures.ts';
import { alphaBetaOf, useBiology } from '../biology/biologyView.ts';
import { activePlanOf, useJudged } from '../goals/useJudged.ts';
import { canHaveBands, robustBands } from '../robust/robustBands.ts';
import { robustStale, useRobustMeans } from '../robust/standing.ts';
import { evaluatedWords } from '../robust/words.ts';
import { DvhChart } from './DvhChart.tsx';
import { dvhCurves } from './dvhCurves.ts';
import { DvhTable } from './DvhTable.tsx';
import { changeAxes, useDvhView } from './dvhView.ts';
import { goalMarks } from './goalMarks.ts';
import { PlanLegend } from './PlanLegend.tsx';
import { saveText } from './saveFile.ts';
import type { DvhState } from './useDvhs.ts';

/** Curves of all plans, goals on them, and the legend with the active plan's statistics. */
export function DvhTab({ state }: { readonly state: DvhState }) {
  const { rois, plans } = state;
  const document = useDocument((current) => current.document);
  const { axes, chosen, plansOff, goalMarks: withGoals } = useDvhView();
  const hidden = useContourView((view) => view.hidden);
  const alphaBeta = useBiology((biology) => biology.alphaBeta);
  const judged = useJudged(plans);
  const reference = document === null ? undefined : referenceDose(document);
  const prescribed = reference?.of === 'prescription' ? reference.dose : undefined;
  const active = activePlanOf(plans);
  const shown = useMemo(
    () => rois.filter(({ number }) => chosen.get(number) ?? !hidden.has(number)),
    [rois, chosen, hidden],
  );
  const drawn = useMemo(() => plans.filter(({ subject }) => !plansOff.has(subject.index)), [plans, plansOff]);
  const curves = useMemo(
    () => dvhCurves(shown, drawn, axes, reference?.dose ?? 1, (roi) => alphaBetaOf(alphaBeta, roi)),
    [shown, drawn, axes, reference?.dose, alphaBeta],
  );
  const marks = useMemo(() => {
    if (!withGoals || axes.kind !== 'cumulative' || axes.quantity !== 'physical') return [];
    const ofActive = judged.find(({ subject }) => subject.active)?.judged ?? [];
    const numbers = new Set(shown.map(({ number }) => number));
    const onChart = ofActive.filter(({ roi }) => roi !== undefined && numbers.has(roi.number));
    const volume = ({ number }: Roi): number | undefined => active?.dvhs.get(number)?.volume;
    return goalMarks(onChart, volume, axes, reference?.dose ?? 1, prescribed);
  }, [withGoals, axes, judged, shown, active, reference?.dose, prescribed]);
  const { result, bands: withBands } = useRobust();
  const means = useRobustMeans(document?.primary);
  const robust =
    document === null || result === null || means === undefined || robustStale(document, result, means) !== undefined
      ? null
      : result;
  const drawsActive = drawn.some(({ subject }) => subject.active);
  const bands = useMemo(
    () =>
      robust === null || !withBands || !drawsActive
        ? []
        : robustBands(shown, robust.scenarios, axes, reference?.dose ?? 1),
    [robust, withBands, drawsActive, shown, axes, reference?.dose],
  );
  const save = (): void =>
    saveText(
      dvhCsv(
        drawn.flatMap(({ subject, dvhs }) =>
          shown.flatMap(({ number, name }) => {
            const dvh = dvhs.get(number);
            return dvh === undefined ? [] : [{ plan: subject.name, structure: name, dvh }];
          }),
        ),
      ),
      'dvh.csv',
      'text/csv',
    );
  const ofReference = reference?.of === 'maximum' ? '% of max.' : '% presc.';
  return (
    <div className="dvh-body">
      <div className="dvh-left">
        <div className="dvh-choices">
          <Select
            aria-label="kind of histogram"
            value={axes.kind}
            options={[
              { value: 'cumulative', label: 'cumulative' },
              { value: 'differential', label: 'differential' },
            ]}
            onChange={(kind) => changeAxes({ kind })}
          />
          <Select
            aria-label="dose axis"
            value={axes.dose}
            options={[
              { value: 'gray', label: 'Gy' },
              { value: 'percent', label: ofReference },
            ]}
            onChange={(dose) => changeAxes({ dose })}
          />
          <Select
            aria-label="volume axis"
            value={axes.volume}
            options={[
              { value: 'percent', label: '% vol.' },
              { value: 'cm3', label: 'cm³' },
            ]}
            onChange={(volume) => changeAxes({ volume })}
          />
          <Select
            aria-label="quantity of dose"
            value={axes.quantity}
            options={[
              { value: 'physical', label: 'dose' },
              { value: 'eqd2', label: 'EQD2' },
            ]}
            onChange={(quantity) => changeAxes({ quantity })}
          />
        </div>
        {robust !== null && bands.length > 0 && (
          <p className="hint dvh-band-note" data-testid="band-note">
            Bands: {evaluatedWords(robust)}
            {robust.approximate.length > 0 && '; approximate'}
          </p>
        )}
        <DvhChart
          curves={curves}
          axes={axes}
          marks={marks}
          bands={bands}
          reference={reference?.dose ?? 1}
          severalPlans={plans.length > 1}
        />
      </div>
      <div className="dvh-numbers">
        {plans.length > 1 && <PlanLegend subjects={plans.map(({ subject }) => subject)} />}
        <div className="hint dvh-table-title">
          {plans.length > 1 && active !== undefined ? `Statistics of ${active.subject.name}` : 'Statistics'}
          <button
            type="button"
            className="link"
            title="Curves of the structures whose outlines the planes show, and no others"
            onClick={() => useDvhView.setState({ chosen: new Map() })}
          >
            as on the planes
          </button>
          <button
            type="button"
            className="link"
            title="No curves"
            onClick={() => useDvhView.setState({ chosen: new Map(rois.map(({ number }) => [number, false])) })}
          >
            none
          </button>
          <Checkbox
            checked={withGoals}
            title="The clinical goals as triangles, which curves have to pass on one side"
            onChange={(on) => useDvhView.setState({ goalMarks: on })}
          >
            Goals
          </Checkbox>
          <Checkbox
            data-testid="dvh-bands"
            checked={withBands && robust !== null && canHaveBands(axes)}
            disabled={robust === null || !canHaveBands(axes)}
            title={
              robust === null
                ? 'evaluate the robustness first'
                : 'between the least and the most of any scenario; on cumulative histograms of physical dose'
            }
            onChange={(on) => useRobust.setState({ bands: on })}
          >
            Bands
          </Checkbox>
          <Button kind="quiet" data-testid="dvh-csv" title="The curves shown, as a table" onClick={save}>
            CSV
          </Button>
        </div>
        <DvhTable
          rois={rois}
          shown={new Set(shown.map(({ number }) => number))}
          dvhs={active?.dvhs ?? new Map()}
          prescribed={prescribed}
        />
        <Warnings state={state} shown={shown} />
      </div>
    </div>
  );
}

function Warnings({ state: { plans }, shown }: { readonly state: DvhState; readonly shown: readonly Roi[] }) {
  const all = plans.flatMap(({ dvhs }) => shown.flatMap(({ number }) => dvhs.get(number)?.warnings ?? []));
  const warnings = [...new Set(all)];
  if (warnings.length === 0) return null;
  return (
    <ul className="warning-text dvh-warnings" data-testid="dvh-warnings">
      {warnings.map((warning) => (
        <li key={warning}>{warning}</li>
      ))}
    </ul>
  );
}
