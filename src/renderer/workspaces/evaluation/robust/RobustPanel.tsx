import { useState } from 'react';
import { evaluateRobustness } from '#renderer/commands/evaluation/evaluateRobustness.ts';
import { useRunning } from '#renderer/commands/runningStore.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { FoldPanel } from '#renderer/kit/FoldPanel.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Progress } from '#renderer/kit/Progress.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { type RobustResult, type RobustSettings, useRobust } from '#renderer/stores/robustStore.ts';
import { type RobustMetric, ROBUST_METRICS } from '#shared/evaluation/robust/roiRanges.ts';
import { scenariosOf } from '#shared/evaluation/robust/scenarios.ts';
import { nominalRemark } from './nominal.ts';
import { RobustGoals } from './RobustGoals.tsx';
import { RobustTable } from './RobustTable.tsx';
import './robust.css';
import { robustStale, useRobustMeans } from './standing.ts';
import { ENGINE_OPTIONS, evaluatedWords } from './words.ts';

const AXES = ['L–R', 'A–P', 'S–I'] as const;

const METRIC_OPTIONS = ROBUST_METRICS.map((value) => ({
  value,
  label: value === 'mean' ? 'Mean dose' : `${value}\u00a0%`,
}));

const change = (part: Partial<RobustSettings>): void =>
  useRobust.setState(({ settings }) => ({ settings: { ...settings, ...part } }));

/** The active plan under set-up shifts and other densities. */
export function RobustPanel() {
  const document = useDocument((state) => state.document);
  const { settings, result } = useRobust();
  const work = useRunning((state) => state.work);
  const [metric, setMetric] = useState<RobustMetric>('D95');
  const means = useRobustMeans(document?.primary);
  if (document?.plan === undefined)
    return (
      <FoldPanel title="Robustness" data-testid="robust-panel">
        <p className="hint">Robustness needs a plan.</p>
      </FoldPanel>
    );
  const { plan, structures } = document;
  const count = scenariosOf(settings).length;
  const stale = result === null || means === undefined ? undefined : robustStale(document, result, means);
  const current = stale === undefined ? result : null;
  const remark = current === null ? undefined : nominalRemark(current, document.dose, plan.prescription);
  return (
    <FoldPanel title="Robustness" data-testid="robust-panel">
      <SettingFields settings={settings} />
      <Button
        className="robust-run"
        data-testid="robust-run"
        disabled={work !== null || count < 2}
        title={count < 2 ? 'nothing is uncertain' : undefined}
        onClick={() => void run(evaluateRobustness)}
      >
        Evaluate {count} scenarios
      </Button>
      {work?.label === evaluateRobustness.label && (
        <Progress label={work.label} value={work.fraction} onCancel={work.cancel} />
      )}
      <p className="hint">Shifts are rigid and hold for all fractions; the monitor units stay those of the plan.</p>
      {stale !== undefined && (
        <p className="warning-text" data-testid="robust-stale">
          Not shown: {stale}. Evaluate again.
        </p>
      )}
      {current !== null && (
        <div className="robust-result" data-testid="robust-result">
          <p className="hint">
            {evaluatedWords(current)}. Numbers and bands lie around the nominal dose of this engine and grid, not around
            the curve of the plan’s dose.
          </p>
          {warningsOf(current).map((text) => (
            <p key={text} className="warning-text">
              {text}
            </p>
          ))}
          {remark !== undefined && (
            <p className="warning-text" data-testid="robust-nominal">
              {remark}
            </p>
          )}
          <Select aria-label="robust metric" value={metric} options={METRIC_OPTIONS} onChange={setMetric} />
          <RobustTable result={current} metric={metric} />
          <RobustGoals result={current} plan={plan} rois={structures.rois} />
        </div>
      )}
    </FoldPanel>
  );
}

/** What speaks against the numbers, that of histograms as in the nominal scenario. */
const warningsOf = ({ approximate, warnings, scenarios: [nominal] }: RobustResult): readonly string[] => [
  ...new Set([
    ...approximate.map((reason) => `Approximate: ${reason}`),
    ...warnings,
    ...[...nominal.dvhs.values()].flatMap((table) => table.warnings),
  ]),
];

function SettingFields({ settings }: { readonly settings: RobustSettings }) {
  const { shift, density, diagonals, combined, engine, gridSpacing } = settings;
  const [x, y, z] = shift;
  const withAxis = (axis: number, mm: number) => {
    const at = (n: number, old: number): number => (n === axis ? mm : old);
    change({ shift: [at(0, x), at(1, y), at(2, z)] });
  };
  return (
    <>
      {AXES.map((label, axis) => (
        <Field key={label} label={`Shift ${label}`}>
          <NumberInput
            aria-label={`shift ${label}`}
            value={shift[axis]}
            min={0}
            max={50}
            unit="± mm"
            onChange={(mm) => withAxis(axis, mm)}
          />
        </Field>
      ))}
      <Field label="Density">
        <NumberInput
          aria-label="density uncertainty"
          value={density}
          min={0}
          max={20}
          unit="± %"
          onChange={(percent) => change({ density: percent })}
        />
      </Field>
      <Field label="Engine">
        <Select
          aria-label="robust engine"
          data-testid="robust-engine"
          value={engine}
          options={ENGINE_OPTIONS}
          onChange={(name) => change({ engine: name })}
        />
      </Field>
      <Field label="Dose grid">
        <NumberInput
          aria-label="robust grid"
          data-testid="robust-grid"
          value={gridSpacing}
          min={1}
          max={10}
          unit="mm"
          onChange={(mm) => change({ gridSpacing: mm })}
        />
      </Field>
      <div className="button-row">
        <Checkbox
          checked={diagonals}
          title="also shifts along the eight space diagonals, on the ellipsoid through the others"
          onChange={(on) => change({ diagonals: on })}
        >
          Diagonals
        </Checkbox>
        <Checkbox
          checked={combined}
          title="densities off in every position, not only where the plan has the patient"
          onChange={(on) => change({ combined: on })}
        >
          Combined
        </Checkbox>
      </div>
    </>
  );
}
