import { useState } from 'react';
import { HistoryButtons } from '#renderer/commands/HistoryButtons.tsx';
import { saveDrrs } from '#renderer/commands/planning/plans/saveDrrs.ts';
import { savePlan, savePlans } from '#renderer/commands/planning/plans/savePlan.ts';
import { useRunning } from '#renderer/commands/runningStore.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { unsavableReason } from '#shared/dosimetry/standing/doseStanding.ts';
import { allPlans } from '#renderer/document/plans.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { showWorkspace } from '#renderer/stores/sessionStore.ts';
import type { Plan } from '#shared/model/plan.ts';

/** Saving plan and dose as new instances, and the way to send them. */
export function SavePlanPanel({ plan }: { readonly plan: Plan }) {
  const dirty = useDocument((state) => state.document?.planDirty === true);
  const saved = useDocument((state) => state.document?.savedInstances.length ?? 0);
  const hasDose = useDocument((state) => state.document?.dose !== undefined);
  const unfit = useDocument(({ document }) =>
    document?.dose === undefined ? undefined : unsavableReason(document.dose, document.doseStale),
  );
  const changed = useDocument(({ document }) =>
    document === null
      ? 0
      : allPlans(document).filter(({ plan: one, planDirty }) => planDirty && one.beams.length > 0).length,
  );
  const busy = useRunning((state) => state.work !== null);
  const beams = useDocument((state) => state.document?.beamDoses.length ?? 0);
  const [bits, setBits] = useState<'16' | '32'>('32');
  const [beamDoses, setBeamDoses] = useState(false);
  const choice = { bits: bits === '16' ? 16 : 32, beamDoses } as const;
  return (
    <Panel title="Plan" actions={<HistoryButtons />}>
      <p className="set-state" data-testid="plan-state" data-dirty={dirty}>
        <strong>{plan.label}</strong>{' '}
        {dirty ? <span className="warning-text">unsaved changes</span> : <span className="hint">saved</span>}
      </p>
      {plan.warnings.length > 0 && (
        <ul className="plan-warnings warning-text">
          {plan.warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
      <Field label="Dose voxels">
        <Select
          aria-label="bits of a dose voxel"
          value={bits}
          options={[
            { value: '32', label: '32 bit' },
            { value: '16', label: '16 bit' },
          ]}
          onChange={setBits}
        />
      </Field>
      <Checkbox
        checked={beamDoses}
        disabled={beams === 0}
        data-testid="save-beam-doses"
        title={
          beams === 0
            ? 'Doses of single beams are there once the dose is computed here'
            : 'RT Dose of summation type BEAM'
        }
        onChange={setBeamDoses}
      >
        With the dose of every beam
      </Checkbox>
      {dirty && !hasDose && <p className="hint">There is no dose to save yet.</p>}
      {dirty && unfit !== undefined && (
        <p className="warning-text" data-testid="dose-not-saved">
          The dose will not be saved as that of the plan: {unfit}
        </p>
      )}
      <div className="button-row">
        <Button
          kind="primary"
          data-testid="save-plan"
          disabled={busy || !dirty || plan.beams.length === 0}
          title="Stores RT Plan and RT Dose, and the structure set when it was edited"
          onClick={() => void run(savePlan, choice)}
        >
          Save plan and dose
        </Button>
        {changed > (dirty ? 1 : 0) && (
          <Button
            data-testid="save-plans"
            disabled={busy}
            title="Stores every changed plan with its dose, each as its own RT Plan and RT Dose"
            onClick={() => void run(savePlans, choice)}
          >
            Save all ({changed})
          </Button>
        )}
        <Button
          data-testid="save-drrs"
          disabled={busy || dirty || plan.beams.length === 0}
          title="Stores a radiograph of every beam as RT Image, in the gantry's axes at the isocenter; save the plan first"
          onClick={() => void run(saveDrrs)}
        >
          Store DRRs
        </Button>
        <Button
          disabled={saved === 0}
          title="Send what was saved to a DICOM node"
          onClick={() => showWorkspace('network')}
        >
          Send…
        </Button>
      </div>
    </Panel>
  );
}
