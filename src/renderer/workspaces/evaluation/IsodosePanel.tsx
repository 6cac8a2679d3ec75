import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { Slider } from '#renderer/kit/Slider.tsx';
import { type IsodoseLevel, levelInGray, useIsodoseView } from '#renderer/viewports/painters/dose/isodoseView.ts';
import { firstDose, referenceOf, useComparedDoses } from '#renderer/viewports/painters/dose/comparedDoses.ts';
import { IsodoseSets } from './IsodoseSets.tsx';
import { fromHex, toHex } from '../contouring/list/hexColor.ts';
import { DoseRemarks } from './DoseRemarks.tsx';

/** Levels, colours and units of the isodose lines, and the colour wash. */
export function IsodosePanel() {
  const document = useDocument((state) => state.document);
  const view = useIsodoseView();
  // What 100 % is depends on which dose is looked at.
  useComparedDoses();
  const first = document === null ? undefined : firstDose(document);
  const reference = first === undefined ? undefined : referenceOf(first);
  const change = (index: number, part: Partial<IsodoseLevel>): void =>
    useIsodoseView.setState(({ levels }) => ({
      levels: levels.map((level, i) => (i === index ? { ...level, ...part } : level)),
    }));
  return (
    <Panel title="Isodoses" grow>
      {first !== undefined && <DoseRemarks brief of={first} />}
      <IsodoseSets />
      <Field label="Levels in">
        <Select
          aria-label="unit of isodose levels"
          data-testid="isodose-unit"
          value={view.unit}
          options={[
            { value: 'percent', label: reference?.of === 'maximum' ? '% of maximum' : '% of prescription' },
            { value: 'gray', label: 'Gy' },
          ]}
          onChange={(unit) => switchUnit(unit, reference?.dose)}
        />
      </Field>
      {reference !== undefined && (
        <p className="hint reference-line">
          100 % = {reference.dose.toFixed(2)} Gy (
          {reference.of === 'prescription' ? 'prescribed' : 'dose maximum, no prescription'})
        </p>
      )}
      <ul className="isodose-levels" data-testid="isodose-levels">
        {view.levels.map((level, index) => (
          <li key={index}>
            <Checkbox
              aria-label={`show ${level.value}`}
              checked={level.visible}
              onChange={(visible) => change(index, { visible })}
            />
            <input
              type="color"
              className="swatch"
              aria-label={`colour of level ${level.value}`}
              value={toHex(level.color)}
              onChange={(event) => change(index, { color: fromHex(event.target.value) })}
            />
            <NumberInput
              aria-label={`isodose level ${index + 1}`}
              value={level.value}
              min={0.01}
              max={1000}
              decimals={view.unit === 'gray' ? 2 : 1}
              unit={view.unit === 'gray' ? 'Gy' : '%'}
              onChange={(value) => change(index, { value })}
            />
            <span className="level-other">{otherUnit(level, view.unit, reference?.dose)}</span>
            <button
              type="button"
              className="icon"
              aria-label={`remove level ${level.value}`}
              onClick={() => useIsodoseView.setState({ levels: view.levels.filter((_, i) => i !== index) })}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      <div className="button-row">
        <Button onClick={() => addLevel(view.unit, reference?.dose ?? 1)}>Add level</Button>
        <Checkbox
          checked={view.linesVisible}
          data-testid="isodose-lines"
          onChange={(linesVisible) => useIsodoseView.setState({ linesVisible })}
        >
          Lines
        </Checkbox>
      </div>
      <Field label="Line width">
        <Slider
          aria-label="isodose line width"
          min={0.5}
          max={4}
          step={0.25}
          value={view.lineWidth}
          onChange={(lineWidth) => useIsodoseView.setState({ lineWidth })}
        />
      </Field>
      <Checkbox
        checked={view.washVisible}
        data-testid="dose-wash"
        onChange={(washVisible) => useIsodoseView.setState({ washVisible })}
      >
        Colour wash
      </Checkbox>
      <Checkbox
        checked={view.bands}
        data-testid="dose-bands"
        disabled={!view.washVisible}
        onChange={(bands) => useIsodoseView.setState({ bands })}
      >
        In bands of the levels' colours
      </Checkbox>
      <Field label="Wash opacity">
        <Slider
          aria-label="colour wash opacity"
          disabled={!view.washVisible}
          min={0.05}
          max={0.9}
          step={0.05}
          value={view.washOpacity}
          onChange={(washOpacity) => useIsodoseView.setState({ washOpacity })}
        />
      </Field>
    </Panel>
  );
}

function otherUnit(level: IsodoseLevel, unit: 'percent' | 'gray', reference: number | undefined): string {
  if (reference === undefined) return '';
  if (unit === 'percent') return `${levelInGray(level, unit, reference).toFixed(2)} Gy`;
  return `${((100 * level.value) / reference).toFixed(1)} %`;
}

/** The levels keep the doses they stand for. */
function switchUnit(unit: 'percent' | 'gray', reference: number | undefined): void {
  useIsodoseView.setState((view) => {
    if (view.unit === unit || reference === undefined) return { unit };
    const factor = unit === 'gray' ? reference / 100 : 100 / reference;
    return {
      unit,
      levels: view.levels.map((level) => ({ ...level, value: Number((level.value * factor).toFixed(2)) })),
    };
  });
}

function addLevel(unit: 'percent' | 'gray', reference: number): void {
  useIsodoseView.setState(({ levels }) => ({
    levels: [
      ...levels,
      { value: unit === 'gray' ? Number((reference / 5).toFixed(2)) : 20, color: [200, 200, 200], visible: true },
    ],
  }));
}
