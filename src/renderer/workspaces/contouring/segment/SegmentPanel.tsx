import { useEffect } from 'react';
import { segmentThreshold } from '#renderer/commands/contouring/segment/segmentThreshold.ts';
import { useRunning } from '#renderer/commands/runningStore.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import type { MergeMode } from '#renderer/compute/segmentation/base.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { FoldPanel } from '#renderer/kit/FoldPanel.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { useContouring } from '#renderer/tools/contourStore.ts';
import { growTool } from '#renderer/tools/segment/growTool.ts';
import { useSegment } from '#renderer/tools/segment/segmentStore.ts';
import { setActiveTool, useActiveTool } from '#renderer/viewports/activeTool.ts';

const MODES: readonly { value: MergeMode; label: string }[] = [
  { value: 'replace', label: 'replaces it' },
  { value: 'add', label: 'is added to it' },
  { value: 'cut', label: 'is cut from it' },
  { value: 'common', label: 'only what both have' },
];

/** Ranges of CT numbers people look for, HU. */
const PRESETS: readonly (readonly [label: string, low: number, high: number])[] = [
  ['Bone', 150, 3000],
  ['Soft', 0, 120],
  ['Fat', -150, -40],
  ['Lung', -950, -400],
  ['Metal', 2000, 30000],
];

/** Values in a range: shown as they are chosen, taken within a structure or grown from a click. */
export function SegmentPanel() {
  const settings = useSegment();
  const image = useDocument((state) => state.document?.primary);
  const rois = useDocument((state) => state.document?.structures.rois);
  const activeRoi = useContouring((state) => state.activeRoi);
  const busy = useRunning((state) => state.work !== null);
  const tool = useActiveTool();
  useEffect(() => () => useSegment.setState({ preview: false }), []);
  if (image === undefined || rois === undefined) return null;
  const target = rois.find(({ number }) => number === activeRoi);
  const bounds = rois.filter(({ number, contours }) => number !== activeRoi && contours.length > 0);
  const unit = image.unit === '' ? 'value' : image.unit;
  const empty = settings.low > settings.high;
  return (
    <FoldPanel title="By value" open data-testid="segment-panel">
      <p className="hint" data-testid="segment-target">
        {target === undefined ? 'Select or add the structure to segment first.' : `Into ${target.name}.`}
      </p>
      <Field label="Range" error={empty ? 'holds no value' : undefined}>
        <NumberInput
          aria-label="lower value"
          data-testid="segment-low"
          value={settings.low}
          unit=""
          decimals={0}
          step={10}
          onChange={(low) => useSegment.setState({ low })}
        />
        <NumberInput
          aria-label="upper value"
          data-testid="segment-high"
          value={settings.high}
          unit={unit}
          decimals={0}
          step={10}
          onChange={(high) => useSegment.setState({ high })}
        />
      </Field>
      {image.unit === 'HU' && (
        <div className="button-row">
          {PRESETS.map(([label, low, high]) => (
            <Button
              key={label}
              kind="quiet"
              title={`${low} to ${high} HU`}
              onClick={() => useSegment.setState({ low, high })}
            >
              {label}
            </Button>
          ))}
        </div>
      )}
      <Checkbox
        checked={settings.preview}
        data-testid="segment-preview"
        onChange={(preview) => useSegment.setState({ preview })}
      >
        Show the range on the planes
      </Checkbox>
      <Field label="Within">
        <Select
          aria-label="structure to stay within"
          data-testid="segment-within"
          value={settings.within === null ? '' : String(settings.within)}
          options={[
            { value: '', label: 'the whole image' },
            ...bounds.map(({ number, name }) => ({ value: String(number), label: name })),
          ]}
          onChange={(value) => useSegment.setState({ within: value === '' ? null : Number(value) })}
        />
      </Field>
      <Field label="What is found">
        <Select
          aria-label="what becomes of the old contours"
          value={settings.merge}
          options={MODES}
          onChange={(merge) => useSegment.setState({ merge })}
        />
      </Field>
      <div className="button-row">
        <Button
          kind="primary"
          data-testid="segment-threshold"
          disabled={busy || empty || target === undefined}
          title="All values in the range become the structure"
          onClick={() => void run(segmentThreshold)}
        >
          Take the range
        </Button>
        <Button
          data-testid="tool-grow"
          pressed={tool === growTool}
          disabled={target === undefined}
          title="Then click on a plane: what is connected to the click becomes the structure"
          onClick={() => setActiveTool(tool === growTool ? null : growTool)}
        >
          Grow from a click
        </Button>
      </div>
      <Checkbox
        checked={settings.learn}
        data-testid="segment-learn"
        onChange={(learn) => useSegment.setState({ learn })}
      >
        Growing learns its range at the click
      </Checkbox>
    </FoldPanel>
  );
}
