import { useEffect, useState } from 'react';
import type { Fusion } from '#renderer/document/fusion.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { setActiveTool, useActiveTool } from '#renderer/viewports/activeTool.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Registration } from '#shared/model/registration.ts';
import { setParameters, shownParameters, startFromCentres, startFromIdentity } from './manualRegistration.ts';
import { registerTool } from './registerTool.ts';
import { targetOf, targetsOf, useRegistering } from './registering.ts';
import { saveRegistration } from './saveRegistration.ts';

const STEPS = [0.1, 0.5, 1, 2, 5].map((step) => ({ value: String(step), label: `${step} mm, ${step}°` }));

/** Rigid registration by hand: what to register to, six degrees of freedom in numbers, the mouse, and saving. */
export function ManualPanel({ fusion }: { readonly fusion: Fusion }) {
  const document = useDocument((state) => state.document);
  useRegistering();
  useEffect(() => () => setActiveTool(null), []);
  if (document?.secondary === undefined || fusion.kind === 'none') return null;
  if (document.secondary.frameOfReferenceUid === document.primary.frameOfReferenceUid) return null;
  const target = targetOf(document);
  return (
    <Panel title="By hand">
      <Field label="Register to">
        <Select
          aria-label="image to register to"
          data-testid="register-to"
          value={target?.series ?? ''}
          options={targetsOf(document).map(({ series, name }) => ({ value: series, label: name }))}
          onChange={(series) => useRegistering.setState({ target: series })}
        />
      </Field>
      {fusion.kind === 'fused' && fusion.deformation === undefined ? <SixDegrees /> : <Start />}
      <SaveDraft />
    </Panel>
  );
}

function Start() {
  return (
    <>
      <p className="hint">Start from:</p>
      <div className="button-row">
        <Button data-testid="start-centres" onClick={startFromCentres}>
          Image centres
        </Button>
        <Button data-testid="start-identity" onClick={startFromIdentity}>
          Scanner coordinates
        </Button>
      </div>
    </>
  );
}

function SixDegrees() {
  const document = useDocument((state) => state.document);
  const tool = useActiveTool();
  const step = useRegistering((state) => state.step);
  const parameters = document === null ? undefined : shownParameters(document);
  if (parameters === undefined) return null;
  const changed = (values: Vec3, axis: number, value: number): Vec3 =>
    values.map((old, i) => (i === axis ? value : old)) as unknown as Vec3;
  const moving = tool?.id === 'register';
  return (
    <>
      <table className="six-degrees">
        <thead>
          <tr>
            <th />
            <th>Shift</th>
            <th>Rotation</th>
          </tr>
        </thead>
        <tbody>
          {(['X (left)', 'Y (posterior)', 'Z (head)'] as const).map((name, axis) => (
            <tr key={name}>
              <th>{name}</th>
              <td>
                <NumberInput
                  aria-label={`shift ${name}`}
                  data-testid={`shift-${axis}`}
                  unit="mm"
                  decimals={2}
                  step={0.5}
                  value={parameters.shift[axis]}
                  onChange={(value) => setParameters({ ...parameters, shift: changed(parameters.shift, axis, value) })}
                />
              </td>
              <td>
                <NumberInput
                  aria-label={`rotation ${name}`}
                  data-testid={`rotation-${axis}`}
                  unit="°"
                  decimals={2}
                  step={0.5}
                  value={parameters.degrees[axis]}
                  onChange={(value) =>
                    setParameters({ ...parameters, degrees: changed(parameters.degrees, axis, value) })
                  }
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <Field label="Key step">
        <Select
          aria-label="step of the nudge keys"
          data-testid="nudge-step"
          value={String(step)}
          options={STEPS}
          onChange={(value) => useRegistering.setState({ step: Number(value) })}
        />
      </Field>
      <div className="button-row">
        <Button pressed={moving} data-testid="move-tool" onClick={() => setActiveTool(moving ? null : registerTool())}>
          Move by mouse
        </Button>
        <Button data-testid="start-centres" title="Image centres on top of one another" onClick={startFromCentres}>
          Centres
        </Button>
      </div>
      {moving && (
        <p className="hint">
          Drag moves, Shift+drag turns about the crosshair; arrows and Page ↑↓ nudge, comma and full stop turn; Ctrl+Z
          undoes, Esc ends.
        </p>
      )}
    </>
  );
}

/** Saving of the registration that exists only here. */
function SaveDraft() {
  const draft = useDocument((state) => state.document?.registrationDrafts[0]);
  const [saving, setSaving] = useState(false);
  if (draft === undefined) return null;
  const save = async (): Promise<void> => {
    setSaving(true);
    try {
      await saveRegistration(draft, labelOf(draft));
      toast('Registration saved to the archive', 'success');
    } catch (error) {
      toast(errorWords(error), 'error');
    } finally {
      setSaving(false);
    }
  };
  return (
    <div className="button-row">
      <Button kind="primary" data-testid="save-registration" disabled={saving} onClick={() => void save()}>
        Save registration
      </Button>
    </div>
  );
}

const LABELS: Readonly<Record<string, string>> = {
  manual: 'Manual rigid registration',
  automatic: 'Automatic rigid registration',
  landmarks: 'Landmark registration',
};

/** What a saved registration is called. */
export const labelOf = ({ kind, method = 'unknown' }: Registration): string =>
  kind === 'deformable' ? 'Deformable registration' : (LABELS[method] ?? 'Rigid registration');
