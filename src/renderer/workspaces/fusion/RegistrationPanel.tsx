import { useEffect, useState } from 'react';
import type { Fusion } from '#renderer/document/fusion.ts';
import { registrationsBetween } from '#renderer/document/openPatient.ts';
import { patchDocument, useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { useSession } from '#renderer/stores/sessionStore.ts';
import { setActiveTool, useActiveTool } from '#renderer/viewports/activeTool.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Registration } from '#shared/model/registration.ts';
import { isSaved, setParameters, shownParameters, startFromCentres, startFromIdentity } from './manualRegistration.ts';
import { registerTool } from './registerTool.ts';
import { saveRegistration } from './saveRegistration.ts';

const UNSAVED = 'unsaved';

/** Rigid registration between the two images' frames of reference: load a stored one, or turn and shift by hand and save. */
export function RegistrationPanel({ fusion }: { readonly fusion: Fusion }) {
  const document = useDocument((state) => state.document);
  const stored = useStoredRegistrations();
  if (document?.secondary === undefined || fusion.kind === 'none') return null;
  if (document.secondary.frameOfReferenceUid === document.primary.frameOfReferenceUid)
    return (
      <Panel title="Registration">
        <p className="hint">
          Both images share one frame of reference: they are shown as acquired, without a registration.
        </p>
      </Panel>
    );
  const { registration } = document;
  const unsaved = registration !== undefined && !isSaved(registration);
  return (
    <Panel title="Registration">
      <Field label="Stored">
        <Select
          aria-label="stored registration"
          data-testid="stored-registration"
          value={registration === undefined ? '' : unsaved ? UNSAVED : registration.sopInstanceUid}
          options={[
            { value: '', label: stored.length === 0 ? 'none in the archive' : 'none' },
            ...(unsaved ? [{ value: UNSAVED, label: registration.label }] : []),
            ...stored.map((found) => ({ value: found.sopInstanceUid, label: found.label || 'registration' })),
          ]}
          onChange={(uid) => {
            if (uid !== UNSAVED) patchDocument({ registration: stored.find((found) => found.sopInstanceUid === uid) });
          }}
        />
      </Field>
      {registration === undefined ? <StartManual /> : <Manual registration={registration} />}
    </Panel>
  );
}

function StartManual() {
  return (
    <>
      <p className="hint">Start a manual registration from:</p>
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

function Manual({ registration }: { readonly registration: Registration }) {
  const document = useDocument((state) => state.document);
  const tool = useActiveTool();
  const [saving, setSaving] = useState(false);
  useEffect(() => () => setActiveTool(null), []);
  const parameters = document === null ? undefined : shownParameters(document);
  if (parameters === undefined) return null;
  const changed = (values: Vec3, axis: number, value: number): Vec3 =>
    values.map((old, i) => (i === axis ? value : old)) as unknown as Vec3;
  const save = async (): Promise<void> => {
    setSaving(true);
    try {
      await saveRegistration('Manual rigid registration');
      toast('Registration saved to the archive', 'success');
    } catch (error) {
      toast(errorWords(error), 'error');
    } finally {
      setSaving(false);
    }
  };
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
      <div className="button-row">
        <Button
          pressed={moving}
          data-testid="move-tool"
          title="Drag moves, Shift+drag turns, arrow and page keys nudge by 1 mm, Esc ends"
          onClick={() => setActiveTool(moving ? null : registerTool())}
        >
          Move by mouse
        </Button>
        <Button
          kind="primary"
          data-testid="save-registration"
          disabled={saving || isSaved(registration)}
          onClick={() => void save()}
        >
          {isSaved(registration) ? 'Saved' : 'Save'}
        </Button>
      </div>
      {moving && <p className="hint">Drag moves, Shift+drag turns, arrow and page keys nudge by 1 mm.</p>}
    </>
  );
}

/** The archive's registrations between the two images shown; read again when the archive changes. */
function useStoredRegistrations(): readonly Registration[] {
  const patientKey = useDocument((state) => state.document?.patientKey);
  const tree = useDocument((state) => state.document?.tree);
  const secondary = useDocument((state) => state.document?.secondary);
  const revision = useSession((state) => state.archiveRevision);
  const [stored, setStored] = useState<readonly Registration[]>([]);
  useEffect(() => {
    const { document } = useDocument.getState();
    if (document === null || secondary === undefined) return undefined;
    const stop = new AbortController();
    registrationsBetween(document, secondary, {
      patientKey: document.patientKey,
      patientId: document.tree.patientId,
      problems: [],
      signal: stop.signal,
    })
      .then((found) => {
        if (!stop.signal.aborted) setStored(found);
      })
      .catch(() => undefined);
    return () => stop.abort();
  }, [patientKey, tree, secondary, revision]);
  return secondary === undefined ? [] : stored;
}
