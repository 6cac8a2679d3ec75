import { useState } from 'react';
import { segmentScribbles } from '#renderer/commands/contouring/segment/segmentScribbles.ts';
import { useRunning } from '#renderer/commands/runningStore.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { FoldPanel } from '#renderer/kit/FoldPanel.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { useContouring } from '#renderer/tools/contourStore.ts';
import { scribbleTool } from '#renderer/tools/segment/scribbleTool.ts';
import { useSegment } from '#renderer/tools/segment/segmentStore.ts';
import { setActiveTool, useActiveTool } from '#renderer/viewports/activeTool.ts';

/** Strokes over what is known, and the object they mark. */
export function ScribblePanel() {
  const [tool] = useState(scribbleTool);
  const { scribbles, label, scribbleRadius, margin } = useSegment();
  const activeRoi = useContouring((state) => state.activeRoi);
  const busy = useRunning((state) => state.work !== null);
  const active = useActiveTool() === tool;
  const draw = (next: typeof label): void => {
    setActiveTool(active && label === next ? null : tool);
    useSegment.setState({ label: next });
  };
  const count = (kind: typeof label): number => scribbles.filter((scribble) => scribble.label === kind).length;
  return (
    <FoldPanel title="By scribbles" data-testid="scribble-panel">
      <div className="button-row">
        <Button
          pressed={active && label === 'object'}
          data-testid="scribble-object"
          title="Drag over some of it (Alt: background)"
          onClick={() => draw('object')}
        >
          Object ({count('object')})
        </Button>
        <Button
          pressed={active && label === 'background'}
          data-testid="scribble-background"
          title="Drag over what it is not (Alt: object)"
          onClick={() => draw('background')}
        >
          Background ({count('background')})
        </Button>
        <Button kind="quiet" disabled={scribbles.length === 0} onClick={() => useSegment.setState({ scribbles: [] })}>
          Clear
        </Button>
      </div>
      <Field label="Stroke">
        <NumberInput
          aria-label="scribble radius"
          value={scribbleRadius}
          min={0.5}
          max={20}
          unit="mm radius"
          onChange={(value) => useSegment.setState({ scribbleRadius: value })}
        />
      </Field>
      <Field label="Look" hint="What lies further from all strokes is background.">
        <NumberInput
          aria-label="margin round the scribbles"
          value={margin}
          min={5}
          max={100}
          unit="mm beyond"
          decimals={0}
          onChange={(value) => useSegment.setState({ margin: value })}
        />
      </Field>
      <Button
        kind="primary"
        data-testid="segment-scribbles"
        disabled={busy || activeRoi === null || count('object') === 0}
        title="Random walker: the strokes stay and can be corrected. Backspace takes the last stroke back."
        onClick={() => void run(segmentScribbles)}
      >
        Find the object
      </Button>
    </FoldPanel>
  );
}
