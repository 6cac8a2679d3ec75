import { useState } from 'react';
import { keptReason } from '#renderer/commands/planning/beams/keptBeams.ts';
import { fitBeams } from '#renderer/commands/planning/fitBeams.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { type ApertureRules, beamNote } from '#shared/dosimetry/plan/arrange/beamNote.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { DEFAULT_MARGIN } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import type { LeafEndRule } from '#shared/dosimetry/plan/aperture/apertureStrips.ts';
import type { SideMargins } from '#shared/dosimetry/plan/aperture/apertureMargin.ts';
import type { Roi } from '#shared/model/structures.ts';
import type { ShownBeam } from './shownBeam.ts';

const RULES: readonly { readonly value: LeafEndRule; readonly label: string }[] = [
  { value: 'outside', label: 'outside the outline' },
  { value: 'middle', label: 'on it in mid-leaf' },
  { value: 'inside', label: 'inside the outline' },
];
const SIDES: readonly (keyof SideMargins)[] = ['x1', 'x2', 'y1', 'y2'];

interface FitMenuProps {
  readonly shown: ShownBeam;
  readonly rois: readonly Roi[];
}

/** How apertures are fitted to the target: margins, leaf ends, organs to spare; for this beam or all. */
export function FitMenu({ shown, rois }: FitMenuProps) {
  const note = beamNote(shown.beam);
  const kept = keptReason(shown.beam);
  const target = rois.find(({ number }) => number === shown.plan.prescription?.targetRoiNumber);
  const start = note.sides ?? sidesOf(note.margin ?? DEFAULT_MARGIN);
  const [sides, setSides] = useState<SideMargins>(start);
  const [bySide, setBySide] = useState(note.sides !== undefined);
  const [leafEnd, setLeafEnd] = useState<LeafEndRule>(note.leafEnd ?? 'outside');
  const [avoid, setAvoid] = useState(note.avoid ?? []);
  const organs = rois.filter(
    ({ number, type, contours }) => number !== target?.number && type !== 'EXTERNAL' && contours.length > 0,
  );
  const free = organs.filter(({ number }) => !avoid.some(({ roiNumber }) => roiNumber === number));
  const margin = Math.max(...SIDES.map((side) => sides[side]));
  const rules: ApertureRules & { margin: number } = {
    margin,
    ...(bySide && SIDES.some((side) => sides[side] !== margin) ? { sides } : {}),
    ...(leafEnd === 'outside' ? {} : { leafEnd }),
    ...(avoid.length === 0 ? {} : { avoid }),
  };
  return (
    <div className="beams-eye-fit" data-testid="beams-eye-fit">
      <p className="hint">To {target?.name ?? 'no target'}, mm at the isocenter plane</p>
      {bySide ? (
        SIDES.map((side) => (
          <Field key={side} label={side.toUpperCase()}>
            <NumberInput
              aria-label={`margin towards ${side.toUpperCase()}`}
              value={sides[side]}
              min={-20}
              max={50}
              unit="mm"
              onChange={(value) => setSides({ ...sides, [side]: value })}
            />
          </Field>
        ))
      ) : (
        <Field label="Margin">
          <NumberInput
            aria-label="margin around the target"
            value={margin}
            min={-20}
            max={50}
            unit="mm"
            onChange={(value) => setSides(sidesOf(value))}
          />
        </Field>
      )}
      <label className="beams-eye-check">
        <input
          type="checkbox"
          checked={bySide}
          onChange={(event) => {
            setBySide(event.target.checked);
            if (!event.target.checked) setSides(sidesOf(margin));
          }}
        />
        a margin for each side
      </label>
      <Field label="Leaf ends">
        <Select aria-label="leaf ends" value={leafEnd} options={RULES} onChange={setLeafEnd} />
      </Field>
      {avoid.map(({ roiNumber, margin: around }) => {
        const name = rois.find(({ number }) => number === roiNumber)?.name ?? `ROI ${roiNumber}`;
        return (
          <Field key={roiNumber} label={`Spare ${name}`}>
            <NumberInput
              aria-label={`margin around ${name}`}
              value={around}
              min={-20}
              max={50}
              unit="mm"
              onChange={(value) =>
                setAvoid(avoid.map((one) => (one.roiNumber === roiNumber ? { roiNumber, margin: value } : one)))
              }
            />
            <Button
              aria-label={`do not spare ${name}`}
              onClick={() => setAvoid(avoid.filter((one) => one.roiNumber !== roiNumber))}
            >
              ×
            </Button>
          </Field>
        );
      })}
      {free.length > 0 && (
        <Select
          aria-label="organ to spare"
          data-testid="fit-spare"
          value=""
          options={[
            { value: '', label: 'Spare an organ…', disabled: true },
            ...free.map(({ number, name }) => ({ value: String(number), label: name })),
          ]}
          onChange={(value) => setAvoid([...avoid, { roiNumber: Number(value), margin: 0 }])}
        />
      )}
      <div className="button-row">
        <Button
          kind="primary"
          data-testid="fit-this"
          disabled={kept !== undefined}
          title={kept}
          onClick={() => void run(fitBeams, shown.beam.number, rules)}
        >
          Fit {shown.beam.name}
        </Button>
        <Button data-testid="fit-all" onClick={() => void run(fitBeams, 'all', rules)}>
          Fit all beams
        </Button>
      </div>
      {kept !== undefined && (
        <p className="hint">
          {shown.beam.name}: {kept}.
        </p>
      )}
    </div>
  );
}

const sidesOf = (mm: number): SideMargins => ({ x1: mm, x2: mm, y1: mm, y2: mm });
