import { isocenterInTarget, moveIsocenter } from '#renderer/commands/planning/moveIsocenter.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { goTo, useView } from '#renderer/viewports/viewStore.ts';
import { errorWords } from '#shared/contract/errors.ts';
import { length, subtract, type Vec3 } from '#shared/geometry/vec.ts';
import type { Plan } from '#shared/model/plan.ts';

/** The isocenter of all beams in numbers, and where to take it from. */
export function IsocenterPanel({ plan }: { readonly plan: Plan }) {
  const isocenter = plan.beams[0]?.controlPoints[0].isocenter;
  if (isocenter === undefined) return null;
  const several = plan.beams.some((beam) => length(subtract(beam.controlPoints[0].isocenter, isocenter)) > 0.05);
  const set = (axis: number, value: number): void =>
    void run(moveIsocenter, isocenter.map((old, i) => (i === axis ? value : old)) as unknown as Vec3);
  return (
    <Panel title="Isocenter">
      <div className="isocenter-fields">
        {['X', 'Y', 'Z'].map((name, axis) => (
          <label key={name}>
            <span className="field-label">{name}</span>
            <NumberInput
              aria-label={`isocenter ${name}`}
              value={isocenter[axis]}
              unit="mm"
              onChange={(value) => set(axis, value)}
            />
          </label>
        ))}
      </div>
      {several && (
        <p className="warning-text">The beams have different isocenters: shown is that of {plan.beams[0].name}.</p>
      )}
      <div className="button-row">
        <Button data-testid="isocenter-to-target" onClick={toTarget}>
          To target centre
        </Button>
        <Button onClick={() => void run(moveIsocenter, useView.getState().crosshair)}>To crosshair</Button>
        <Button onClick={() => goTo(isocenter)}>Go to</Button>
      </div>
    </Panel>
  );
}

function toTarget(): void {
  try {
    void run(moveIsocenter, isocenterInTarget());
  } catch (error) {
    toast(errorWords(error), 'error');
  }
}
