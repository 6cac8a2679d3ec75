import { useEffect, useState } from 'react';
import { longWork } from '#renderer/commands/longWork.ts';
import { deform, jacobianOf } from '#renderer/compute/fields/frontend.ts';
import type { Fusion } from '#renderer/document/fusion.ts';
import { putDraft } from '#renderer/document/registrations.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { shownDeformation, useFieldView } from '#renderer/viewports/painters/beams/fieldView.ts';
import { errorWords } from '#shared/contract/errors.ts';
import { IDENTITY } from '#shared/geometry/affine.ts';
import type { DeformableRegistration } from '#shared/model/registration.ts';
import { GRID_SPACING } from '#shared/registration/deformable.ts';

/** Registration by a B-spline after the rigid one on screen, and how a deformation is looked at. */
export function DeformablePanel({ fusion }: { readonly fusion: Fusion }) {
  const document = useDocument((state) => state.document);
  const [spacing, setSpacing] = useState(GRID_SPACING);
  const [running, setRunning] = useState(false);
  if (document?.secondary === undefined || fusion.kind !== 'fused') return null;
  if (document.secondary.frameOfReferenceUid === document.primary.frameOfReferenceUid) return null;
  const deformation = shownDeformation(document);
  const start = async (): Promise<void> => {
    setRunning(true);
    try {
      await registerByBSpline(fusion, spacing);
    } catch (error) {
      toast(errorWords(error), 'error');
    } finally {
      setRunning(false);
    }
  };
  return (
    <Panel title="Deformable">
      {fusion.deformation === undefined ? (
        <>
          <Field
            label="Control points"
            hint="Starts from the rigid registration shown; a smaller distance follows more."
          >
            <NumberInput
              aria-label="distance of the control points"
              data-testid="deform-spacing"
              value={spacing}
              min={8}
              max={100}
              decimals={0}
              step={4}
              unit="mm"
              onChange={setSpacing}
            />
          </Field>
          <div className="button-row">
            <Button data-testid="deform" disabled={running} onClick={() => void start()}>
              {running ? 'Registering…' : 'Register by B-spline'}
            </Button>
          </div>
        </>
      ) : deformation === undefined ? (
        <p className="hint">The deformation has its nodes in the second image: make that the primary to see it.</p>
      ) : (
        <Shown deformation={deformation} />
      )}
    </Panel>
  );
}

/** What became of space, in numbers and on the planes. */
function Shown({ deformation }: { readonly deformation: DeformableRegistration }) {
  const { vectors, spacing, jacobian, determinants } = useFieldView();
  useEffect(() => {
    if (useFieldView.getState().determinants?.of === deformation) return undefined;
    const stop = new AbortController();
    jacobianOf(deformation, { signal: stop.signal })
      .then(({ map, ...range }) => useFieldView.setState({ determinants: { of: deformation, map, range } }))
      .catch(() => undefined);
    return () => stop.abort();
  }, [deformation]);
  const range = determinants?.of === deformation ? determinants.range : undefined;
  return (
    <>
      <dl className="numbers" data-testid="deformation-numbers">
        <dt>Nodes</dt>
        <dd>
          {deformation.field.dims.join(' × ')}, {deformation.field.spacing.map((mm) => mm.toFixed(1)).join(' × ')} mm
        </dd>
        <dt>Jacobian</dt>
        <dd data-testid="jacobian-range">
          {range === undefined ? '…' : `${range.min.toFixed(2)} to ${range.max.toFixed(2)}`}
        </dd>
        <dt>Folds</dt>
        <dd className={range !== undefined && range.folded > 0 ? 'warning-text' : ''}>
          {range === undefined
            ? '…'
            : range.folded === 0
              ? 'none'
              : `at ${(100 * range.folded).toFixed(2)} % of the nodes`}
        </dd>
      </dl>
      <Checkbox checked={vectors} data-testid="show-vectors" onChange={(on) => useFieldView.setState({ vectors: on })}>
        Vectors
      </Checkbox>
      {vectors && (
        <Field label="One every">
          <NumberInput
            aria-label="distance of the arrows"
            value={spacing}
            min={3}
            max={50}
            decimals={0}
            unit="mm"
            onChange={(mm) => useFieldView.setState({ spacing: mm })}
          />
        </Field>
      )}
      <Checkbox
        checked={jacobian}
        data-testid="show-jacobian"
        onChange={(on) => useFieldView.setState({ jacobian: on })}
      >
        Volume change (Jacobian)
      </Checkbox>
    </>
  );
}

async function registerByBSpline(fusion: Extract<Fusion, { kind: 'fused' }>, gridSpacing: number): Promise<void> {
  const initial = fusion.toPrimary ?? IDENTITY;
  const found = await longWork('Deformable registration', async ({ primary, secondary }, control) =>
    secondary === undefined
      ? undefined
      : { primary, secondary, ...(await deform(primary, secondary, { initial, gridSpacing, ...control })) },
  );
  if (found === undefined) return;
  const { primary, secondary, field, post, quality, warnings } = found;
  putDraft('Deformable registration', (document) =>
    document.primary !== primary || document.secondary !== secondary
      ? undefined
      : {
          kind: 'deformable',
          sopInstanceUid: '',
          fixedFrame: primary.frameOfReferenceUid,
          movingFrame: secondary.frameOfReferenceUid,
          label: 'B-spline, not saved',
          method: 'automatic',
          fixedSeries: primary.seriesInstanceUid,
          movingSeries: secondary.seriesInstanceUid,
          field,
          post,
          quality,
          warnings,
        },
  );
}
