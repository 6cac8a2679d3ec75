import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { Slider } from '#renderer/kit/Slider.tsx';
import { COMPARE_MODES, type Comparison } from '#renderer/viewports/compare/comparison.ts';
import { compareBy, useLayers } from '#renderer/viewports/layers/layers.ts';

/** How the second image is laid against the first, and by what measure. */
export function ComparePanel() {
  const comparison = useLayers((state) => state.comparison);
  const first = useLayers((state) => state.primary?.image.modality);
  const second = useLayers((state) => state.secondary?.image.modality);
  if (second === undefined) return null;
  const { mode } = comparison;
  return (
    <Panel title="Compare">
      <div className="button-row" data-testid="compare-modes">
        {COMPARE_MODES.map(({ mode: other, name, hint }) => (
          <Button
            key={other}
            title={hint}
            pressed={mode === other}
            disabled={other === 'difference' && first !== second}
            onClick={() => compareBy({ mode: other })}
          >
            {name}
          </Button>
        ))}
      </div>
      {mode === 'checkerboard' && (
        <Measure name="Tile" unit="mm" field="tile" min={5} max={100} step={5} comparison={comparison} />
      )}
      {mode === 'spyglass' && (
        <Measure name="Lens" unit="px" field="lens" min={30} max={250} step={10} comparison={comparison} />
      )}
      {mode === 'difference' && (
        <>
          <Measure
            name="Full colour"
            unit="window"
            field="span"
            min={0.05}
            max={1}
            step={0.05}
            comparison={comparison}
          />
          <p className="hint">Red: the second image is brighter; blue: darker.</p>
        </>
      )}
      {mode === 'edges' && (
        <Measure name="Edges from" unit="/mm" field="edge" min={0.01} max={0.3} step={0.01} comparison={comparison} />
      )}
    </Panel>
  );
}

interface MeasureProps {
  readonly name: string;
  readonly unit: string;
  readonly field: Exclude<keyof Comparison, 'mode'>;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly comparison: Comparison;
}

function Measure({ name, unit, field, min, max, step, comparison }: MeasureProps) {
  const value = comparison[field];
  return (
    <Field label={name}>
      <Slider
        aria-label={`${name} of the comparison`}
        data-testid={`compare-${field}`}
        min={min}
        max={max}
        step={step}
        value={value}
        onChange={(next) => compareBy({ [field]: next })}
      />
      <span className="numeric opacity-value">
        {Number(value.toFixed(2))} {unit}
      </span>
    </Field>
  );
}
