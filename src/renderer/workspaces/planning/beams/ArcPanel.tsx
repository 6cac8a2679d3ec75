import { useState } from 'react';
import { fittedArc, keptReason } from '#renderer/commands/planning/beams/keptBeams.ts';
import { makeArc } from '#renderer/commands/planning/beams/makeArc.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { FoldPanel } from '#renderer/kit/FoldPanel.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { arcAngles, arcLength } from '#shared/dosimetry/plan/arrange/conformalArc.ts';
import type { Beam } from '#shared/model/plan.ts';

/** A conformal arc of the selected beam: from where to where, which way round, how finely. */
export function ArcPanel({ beam }: { readonly beam: Beam }) {
  const arc = fittedArc(beam);
  const kept = keptReason(beam);
  const [start, setStart] = useState(arc?.start ?? 181);
  const [stop, setStop] = useState(arc?.stop ?? 179);
  const [direction, setDirection] = useState<'CW' | 'CC'>(arc?.direction ?? 'CW');
  const [spacing, setSpacing] = useState(arc?.spacing ?? 10);
  const span = { start, stop, direction, spacing };
  return (
    <FoldPanel title="Conformal arc" open={arc !== undefined} data-testid="arc-panel">
      <Field label="Start">
        <NumberInput aria-label="arc start" value={start} min={0} max={359.9} unit="°" onChange={setStart} />
      </Field>
      <Field label="Stop">
        <NumberInput aria-label="arc stop" value={stop} min={0} max={359.9} unit="°" onChange={setStop} />
      </Field>
      <Field label="Direction">
        <Select
          aria-label="arc direction"
          value={direction}
          options={[
            { value: 'CW', label: 'CW ↻ rising angles' },
            { value: 'CC', label: 'CC ↺ falling angles' },
          ]}
          onChange={setDirection}
        />
      </Field>
      <Field label="Spacing" hint={`${arcLength(span).toFixed(1)}° in ${arcAngles(span).length} control points`}>
        <NumberInput aria-label="arc spacing" value={spacing} min={1} max={30} unit="°" onChange={setSpacing} />
      </Field>
      <div className="button-row">
        <Button
          data-testid="make-arc"
          disabled={kept !== undefined}
          title={kept}
          onClick={() => void run(makeArc, beam.number, span)}
        >
          {arc === undefined ? 'Make arc' : 'Change arc'}
        </Button>
        {arc !== undefined && (
          <Button onClick={() => void run(makeArc, beam.number, undefined)}>One direction again</Button>
        )}
      </div>
      <p className="hint">
        {kept === undefined
          ? 'Each control point is fitted to the target with the beam’s margin.'
          : `${beam.name}: ${kept}.`}
      </p>
    </FoldPanel>
  );
}
