import { fixed } from '#shared/geometry/fixed.ts';
import { setMarks } from '#renderer/commands/planning/beams/setMarks.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { useView } from '#renderer/viewports/viewStore.ts';
import { errorWords } from '#shared/contract/errors.ts';
import { couchShift, crossingOf, shiftWords } from '#shared/dosimetry/plan/arrange/setupShifts.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Plan } from '#shared/model/plan.ts';
import { PointFields } from './PointFields.tsx';
import type { NamedPoint } from './points.ts';

interface SetupFieldsProps {
  readonly plan: Plan;
  readonly isocenters: readonly { readonly isocenter: Vec3; readonly names: string }[];
  readonly points: readonly NamedPoint[];
}

/** The marks the patient is set up to, and how the couch moves from there to each isocenter. */
export function SetupFields({ plan, isocenters, points }: SetupFieldsProps) {
  const { marks, patientPosition } = plan;
  const set = (position: Vec3): void => void run(setMarks, { ...marks, position });
  const crossing = (): void => {
    try {
      const [a, b, c] = points.map(({ position }) => position);
      set(crossingOf([a, b, c]));
    } catch (error) {
      toast(errorWords(error), 'error');
    }
  };
  return (
    <div className="setup-fields" data-testid="setup-marks">
      <h3>Set-up marks</h3>
      {marks === undefined ? (
        <p className="hint">No marks: the plan states no couch shifts. Take them from:</p>
      ) : (
        <>
          <PointFields label="marks" value={marks.position} onChange={set} />
          <Field label="In words">
            <input
              key={marks.description}
              type="text"
              aria-label="set-up description"
              maxLength={1024}
              defaultValue={marks.description ?? ''}
              onBlur={(event) => {
                const description = event.target.value.trim();
                if (description === (marks.description ?? '')) return;
                void run(setMarks, { position: marks.position, ...(description === '' ? {} : { description }) });
              }}
            />
          </Field>
          <ul className="couch-shifts" data-testid="couch-shifts">
            {isocenters.map(({ isocenter, names }) => {
              const shift = couchShift(marks.position, isocenter, patientPosition);
              return (
                <li
                  key={names}
                  title={`vertical ${fixed(shift.vertical, 1)}, longitudinal ${fixed(shift.longitudinal, 1)}, lateral ${fixed(shift.lateral, 1)} mm (IEC table top)`}
                >
                  <span className="hint">Couch to {names}:</span> {shiftWords(shift)}
                </li>
              );
            })}
          </ul>
        </>
      )}
      <div className="button-row">
        <Button data-testid="marks-at-crosshair" onClick={() => set(useView.getState().crosshair)}>
          Crosshair
        </Button>
        {points.length === 3 && <Button onClick={crossing}>Three marks</Button>}
        {points.length > 0 && (
          <select
            className="select"
            aria-label="marks at point"
            value=""
            onChange={(event) => {
              const point = points.find(({ name }) => name === event.target.value);
              if (point !== undefined) set(point.position);
            }}
          >
            <option value="" disabled>
              point…
            </option>
            {points.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )}
        {marks !== undefined && (
          <Button kind="quiet" onClick={() => void run(setMarks, undefined)}>
            None
          </Button>
        )}
      </div>
    </div>
  );
}
