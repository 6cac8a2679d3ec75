import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Slider } from '#renderer/kit/Slider.tsx';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import {
  BRUSH_RANGE,
  type ContourSettings,
  type EditMode,
  setBrushRadius,
  useContouring,
} from '#renderer/tools/contourStore.ts';

const MODES: readonly (readonly [EditMode, string, string])[] = [
  ['auto', 'Auto', 'A stroke that starts inside adds, one that starts outside cuts'],
  ['add', 'Add', 'Every stroke adds'],
  ['cut', 'Cut', 'Every stroke cuts'],
];
const SHAPES: readonly (readonly [ContourSettings['brushShape'], string, string])[] = [
  ['disc', 'Disc', 'Paints on the plane under the mouse'],
  ['ball', 'Ball', 'Paints through the slices, in three dimensions'],
];
/** What the slab starts from when it is set by hand, mm. */
const SLAB = 3;

/** How strokes are made: whether they add or cut, the brush, and how thick what is drawn across the slices is. */
export function StrokeSettings() {
  const { editMode, brushShape, brushRadius, slab } = useContouring();
  return (
    <div className="stroke-settings">
      <Choice label="Stroke" hotkey="M" options={MODES} value={editMode} choose={(mode) => set({ editMode: mode })} />
      <Choice
        label="Brush"
        hotkey="D"
        options={SHAPES}
        value={brushShape}
        choose={(shape) => set({ brushShape: shape })}
      />
      <Field label="Radius">
        <Slider
          aria-label="brush radius"
          min={BRUSH_RANGE.min}
          max={BRUSH_RANGE.max}
          step={0.5}
          value={brushRadius}
          onChange={setBrushRadius}
        />
        <span className="brush-size">{brushRadius.toFixed(1)} mm</span>
      </Field>
      <div className="slab-setting" title="Thickness of what is drawn on a plane across the slices">
        <span className="choice-label">Slab</span>
        <Checkbox
          checked={slab === null}
          aria-label="slab of one voxel"
          data-testid="slab-auto"
          onChange={(auto) => set({ slab: auto ? null : SLAB })}
        >
          1 voxel
        </Checkbox>
        {slab !== null && (
          <NumberInput
            aria-label="slab thickness"
            data-testid="slab-mm"
            unit="mm"
            min={0.1}
            max={50}
            value={slab}
            onChange={(mm) => set({ slab: mm })}
          />
        )}
      </div>
    </div>
  );
}

const set = (change: Partial<ContourSettings>): void => useContouring.setState(change);

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly hotkey: string;
  readonly options: readonly (readonly [value: T, label: string, title: string])[];
  readonly value: T;
  readonly choose: (value: T) => void;
}

/** A row of buttons of which one is pressed. */
function Choice<T extends string>({ label, hotkey, options, value, choose }: ChoiceProps<T>) {
  return (
    <div className="choice" role="group" aria-label={label}>
      <span className="choice-label">
        {label} <kbd>{hotkey}</kbd>
      </span>
      {options.map(([option, text, title]) => (
        <Button
          key={option}
          pressed={option === value}
          title={title}
          data-testid={`choose-${option}`}
          onClick={() => choose(option)}
        >
          {text}
        </Button>
      ))}
    </div>
  );
}
