import { placeText } from '#shared/geometry/fixed.ts';
import { useState } from 'react';
import { carryPlanHere, planHere } from '#renderer/commands/planning/plans/carryPlanHere.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { objectsOf, type PlacedObject } from '#renderer/document/choose.ts';
import { readObject } from '#renderer/document/readObjects.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { errorWords } from '#shared/contract/errors.ts';
import { readPlan } from '#shared/dicom/plan/rtPlan.ts';
import { rotationAngle } from '#shared/dosimetry/plan/arrange/carryBeam.ts';
import type { Plan } from '#shared/model/plan.ts';
import { targetsOf } from './targets.ts';

const ANGLES = [
  { value: 'adapt', label: 'adapted' },
  { value: 'keep', label: 'kept' },
] as const;

/** Stored plans that lie on other images of the patient than the planning image. */
export const plansElsewhere = ({ tree, primary }: ClinicalDocument): readonly PlacedObject[] =>
  objectsOf(tree, 'RTPLAN').filter(
    ({ object }) => object.references?.series.includes(primary.seriesInstanceUid) !== true,
  );

interface CarryPanelProps {
  readonly document: ClinicalDocument;
  readonly onDone: () => void;
}

/** Copying a plan of another image to this one: from where, through what, to which target, and what will not be as it was. */
export function CarryPanel({ document, onDone }: CarryPanelProps) {
  const [source, setSource] = useState<Plan | undefined>();
  const [angles, setAngles] = useState<'keep' | 'adapt'>('adapt');
  const [target, setTarget] = useState('');
  const placed = plansElsewhere(document);
  const targets = targetsOf(document.structures);
  const chosen =
    targets.find(({ number }) => String(number) === target) ??
    targets.find(({ name }) => name === source?.prescription?.targetName) ??
    targets[0];
  const choose = async (uid: string): Promise<void> => {
    const one = placed.find(({ object }) => object.sopInstanceUid === uid);
    if (one === undefined) return;
    const problems: string[] = [];
    const { patientKey, tree } = document;
    setSource(await readObject(one, readPlan, { patientKey, patientId: tree.patientId, problems }));
    for (const problem of problems) toast(problem, 'error');
  };
  const preview =
    source !== undefined && chosen !== undefined ? previewOf(document, source, angles, chosen.number) : undefined;
  return (
    <Panel title="Copy a plan from another image">
      <Field label="Plan">
        <Select
          aria-label="plan to copy"
          data-testid="carry-plan"
          value={source?.sopInstanceUid ?? ''}
          options={[
            { value: '', label: 'choose…', disabled: true },
            ...placed.map(({ object, study }) => ({
              value: object.sopInstanceUid,
              label: `${object.label || '(no label)'} · ${study.studyDescription || study.studyDate}`,
            })),
          ]}
          onChange={(uid) => void choose(uid)}
        />
      </Field>
      <Field label="Target here">
        <Select
          aria-label="target of the copy"
          data-testid="carry-target"
          value={chosen === undefined ? '' : String(chosen.number)}
          options={targets.map(({ number, name }) => ({ value: String(number), label: name }))}
          onChange={setTarget}
        />
      </Field>
      <Field label="Angles">
        <Select aria-label="angles of the copy" value={angles} options={ANGLES} onChange={setAngles} />
      </Field>
      {chosen === undefined && <p className="hint">A copy needs a target: contour one on this image first.</p>}
      {preview !== undefined &&
        ('refused' in preview ? (
          <p className="warning-text" data-testid="carry-refused">
            {preview.refused}
          </p>
        ) : (
          <>
            <p className="hint" data-testid="carry-way">
              Through {preview.way.how}: rotation {rotationAngle(preview.way.toNew).toFixed(1)}°, isocenter at{' '}
              {isocenterText(preview.plan)}
            </p>
            <ul className="plan-warnings warning-text" data-testid="carry-remarks">
              {preview.remarks.map((remark) => (
                <li key={remark}>{remark}</li>
              ))}
            </ul>
          </>
        ))}
      <Button
        kind="primary"
        data-testid="carry"
        disabled={preview === undefined || 'refused' in preview}
        onClick={() => {
          if (source === undefined || chosen === undefined) return;
          void run(carryPlanHere, source, angles, chosen.number);
          onDone();
        }}
      >
        Copy here
      </Button>
    </Panel>
  );
}

const isocenterText = ({ beams: [first] }: Plan): string => `${placeText(first.controlPoints[0].isocenter)} mm`;

function previewOf(
  document: ClinicalDocument,
  source: Plan,
  angles: 'keep' | 'adapt',
  target: number,
): ReturnType<typeof planHere> | { readonly refused: string } {
  try {
    return planHere(document, source, angles, target);
  } catch (error) {
    return { refused: errorWords(error) };
  }
}
