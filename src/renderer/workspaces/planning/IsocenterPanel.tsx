import { useState } from 'react';
import { keptReason } from '#renderer/commands/planning/beams/keptBeams.ts';
import { isocenterInTarget, moveIsocenter, shiftIsocenter } from '#renderer/commands/planning/moveIsocenter.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { useBeamView } from '#renderer/viewports/painters/beams/beamView.ts';
import { goTo, useView } from '#renderer/viewports/viewStore.ts';
import { errorWords } from '#shared/contract/errors.ts';
import { isocentersOf } from '#shared/dosimetry/plan/arrange/isocenters.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import { PointFields } from './isocenter/PointFields.tsx';
import { pointsOf } from './isocenter/points.ts';
import { SetupFields } from './isocenter/SetupFields.tsx';

const ZERO: Vec3 = [0, 0, 0];
const namesOf = (beams: readonly Beam[]): string => beams.map(({ name }) => name).join(', ');

/** The isocenter of the selected beam and of all that share it, in numbers, where to take it from, and the couch shifts to it. */
export function IsocenterPanel({ plan }: { readonly plan: Plan }) {
  const selected = useBeamView((state) => state.selected);
  const structures = useDocument((state) => state.document?.structures);
  // A choice for one beam is none for the next.
  const [aloneFor, setAloneFor] = useState<number | null>(null);
  const [shift, setShift] = useState<Vec3>(ZERO);
  const groups = isocentersOf(plan);
  const group = groups.find(({ beams }) => beams.some(({ number }) => number === selected)) ?? groups[0];
  if (group === undefined || structures === undefined) return null;
  const { isocenter, beams } = group;
  const beam = beams.find(({ number }) => number === selected) ?? beams[0];
  const alone = aloneFor === beam.number;
  const numbers = alone ? [beam.number] : beams.map(({ number }) => number);
  const stays = beams.find((one) => numbers.includes(one.number) && keptReason(one) !== undefined);
  const kept = stays && `${stays.name}: ${keptReason(stays)}`;
  const move = (to: Vec3): void => void run(moveIsocenter, to, numbers);
  const points = pointsOf(structures);
  const toTarget = (): void => {
    try {
      move(isocenterInTarget());
    } catch (error) {
      toast(errorWords(error), 'error');
    }
  };
  return (
    <Panel title={groups.length > 1 ? `Isocenter ${groups.indexOf(group) + 1} of ${groups.length}` : 'Isocenter'}>
      <PointFields label="isocenter" value={isocenter} disabled={kept !== undefined} onChange={move} />
      {groups.length > 1 && (
        <p className="hint" data-testid="isocenter-beams">
          Of {namesOf(beams)}
        </p>
      )}
      <div className="button-row">
        <Button data-testid="isocenter-to-target" disabled={kept !== undefined} title={kept} onClick={toTarget}>
          To target centre
        </Button>
        <Button disabled={kept !== undefined} title={kept} onClick={() => move(useView.getState().crosshair)}>
          To crosshair
        </Button>
        <Button onClick={() => goTo(isocenter)}>Go to</Button>
        {points.length > 0 && (
          <select
            className="select"
            aria-label="isocenter to point"
            value=""
            disabled={kept !== undefined}
            title={kept}
            onChange={(event) => {
              const point = points.find(({ name }) => name === event.target.value);
              if (point !== undefined) move(point.position);
            }}
          >
            <option value="" disabled>
              To point…
            </option>
            {points.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
      </div>
      {beams.length > 1 && (
        <Checkbox checked={alone} onChange={(only) => setAloneFor(only ? beam.number : null)}>
          Move {beam.name} alone
        </Checkbox>
      )}
      {kept !== undefined && (
        <p className="hint" data-testid="kept-isocenter">
          {kept}.
        </p>
      )}
      <details className="isocenter-shift">
        <summary>Shift by</summary>
        <PointFields label="shift" names={['right', 'in', 'up']} value={shift} onChange={setShift} />
        <div className="button-row">
          <Button
            data-testid="shift-isocenter"
            disabled={kept !== undefined}
            title={kept}
            onClick={() => {
              void run(shiftIsocenter, shift, numbers);
              setShift(ZERO);
            }}
          >
            Shift
          </Button>
          <span className="hint">as seen towards the gantry, couch at 0°</span>
        </div>
      </details>
      <SetupFields
        plan={plan}
        points={points}
        isocenters={groups.map((one) => ({
          isocenter: one.isocenter,
          names: groups.length > 1 ? namesOf(one.beams) : 'the isocenter',
        }))}
      />
    </Panel>
  );
}
