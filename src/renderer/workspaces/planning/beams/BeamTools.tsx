import { useState } from 'react';
import { keptReason, stillReason } from '#renderer/commands/planning/beams/keptBeams.ts';
import { splitField } from '#renderer/commands/planning/beams/fieldInField.ts';
import { mirrorBeam, rotateCopies } from '#renderer/commands/planning/beams/multiplyBeam.ts';
import { pairWedges } from '#renderer/commands/planning/beams/pairWedges.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Menu } from '#renderer/kit/Menu.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import type { Beam, Plan } from '#shared/model/plan.ts';

/** What more can be made of the selected beam. */
export function BeamTools({ plan, beam }: { readonly plan: Plan; readonly beam: Beam | undefined }) {
  const [count, setCount] = useState(5);
  const [share, setShare] = useState(10);
  const [level, setLevel] = useState(107);
  const hasDose = useDocument(({ document }) => document?.dose !== undefined && document.doseStale === undefined);
  if (beam === undefined) return null;
  const [kept, moving] = [keptReason(beam), stillReason(beam)];
  const others =
    moving === undefined
      ? plan.beams.filter((other) => other.number !== beam.number && stillReason(other) === undefined)
      : [];
  return (
    <Menu label="More…" className="columns-menu" buttonClass="button" data-testid="beam-tools">
      <div className="columns-list beam-tools">
        <Button disabled={moving !== undefined} title={moving} onClick={() => void run(mirrorBeam, beam.number)}>
          Mirror left ↔ right
        </Button>
        <span className="hint">across the sagittal plane through the isocenter</span>
        <Button
          data-testid="rotate-copies"
          disabled={kept !== undefined}
          title={kept}
          onClick={() => void run(rotateCopies, beam.number, count)}
        >
          Round the patient
        </Button>
        <NumberInput
          aria-label="beams round the patient"
          value={count}
          min={2}
          max={36}
          decimals={0}
          unit="beams"
          onChange={setCount}
        />
        <Button
          data-testid="split-field"
          disabled={moving !== undefined}
          title={moving}
          onClick={() => void run(splitField, beam.number, share / 100)}
        >
          Field in field
        </Button>
        <NumberInput
          aria-label="weight of the subfield"
          value={share}
          min={1}
          max={99}
          decimals={0}
          unit="% of the weight"
          onChange={setShare}
        />
        <Button
          data-testid="shield-hot"
          disabled={!hasDose || moving !== undefined}
          title={moving ?? (hasDose ? undefined : 'needs a dose that belongs to the plan')}
          onClick={() => void run(splitField, beam.number, share / 100, level)}
        >
          … shielding hot spots
        </Button>
        <NumberInput
          aria-label="shield above"
          value={level}
          min={1}
          max={300}
          decimals={0}
          unit="% and above"
          onChange={setLevel}
        />
        {others.length > 0 && (
          <>
            <span>Wedge pair with</span>
            <select
              className="select"
              aria-label="wedge pair with"
              value=""
              onChange={(event) => void run(pairWedges, beam.number, Number(event.target.value))}
            >
              <option value="" disabled>
                choose a beam…
              </option>
              {others.map(({ number, name }) => (
                <option key={number} value={number}>
                  {name}
                </option>
              ))}
            </select>
          </>
        )}
        {moving !== undefined && (
          <p className="hint beam-tools-reason">
            {beam.name}: {moving}.
          </p>
        )}
      </div>
    </Menu>
  );
}
