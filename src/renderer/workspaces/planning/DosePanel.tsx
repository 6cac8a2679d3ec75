import { computeDose } from '#renderer/commands/planning/computeDose.ts';
import { useFullDose } from '#renderer/commands/planning/follow/fullDose.ts';
import { openOptimiser } from '#renderer/commands/planning/openOptimiser.ts';
import { useDoseSettings } from '#renderer/commands/planning/doseSettings.ts';
import { RunningWork } from '#renderer/commands/RunningWork.tsx';
import { useRunning } from '#renderer/commands/runningStore.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { Progress } from '#renderer/kit/Progress.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import type { EngineName } from '#shared/dosimetry/engines.ts';
import { directionSets } from '#shared/dosimetry/collapsedCone/directions.ts';
import type { Plan } from '#shared/model/plan.ts';
import { CalibrationField } from './CalibrationField.tsx';
import { DoseRegionFields } from './DoseRegionFields.tsx';
import { DoseLabel } from '../evaluation/DoseLabel.tsx';

const ENGINE_OPTIONS: readonly { value: EngineName; label: string }[] = [
  { value: 'ccc', label: 'Collapsed cone' },
  { value: 'pb', label: 'Pencil beam, approx.' },
];

/** Grid and engine settings, compute with progress and cancel, and what the dose on screen is. */
export function DosePanel({ plan }: { readonly plan: Plan }) {
  const { engine, follow, followHand, fullOnRelease, gridSpacing, directions } = useDoseSettings();
  const full = useFullDose((state) => state.running);
  const primary = useDocument((state) => state.document?.primary);
  const busy = useRunning((state) => state.work !== null);
  const hasBody = useDocument((state) =>
    state.document?.structures.rois.some((roi) => roi.type === 'EXTERNAL' && roi.contours.length > 0),
  );
  return (
    <Panel title="Dose">
      <Field label="Engine">
        <Select
          aria-label="dose engine"
          value={engine}
          options={ENGINE_OPTIONS}
          onChange={(value) => useDoseSettings.setState({ engine: value })}
        />
      </Field>
      <Field label="Grid spacing">
        <NumberInput
          aria-label="dose grid spacing"
          data-testid="grid-spacing"
          value={gridSpacing}
          min={1}
          max={10}
          step={0.5}
          unit="mm"
          onChange={(value) => useDoseSettings.setState({ gridSpacing: value })}
        />
      </Field>
      {engine === 'ccc' && (
        <Field label="Directions">
          <Select
            aria-label="collapsed-cone directions"
            value={String(directions)}
            options={directionSets.map((count) => ({ value: String(count), label: `${count} cones` }))}
            onChange={(value) => useDoseSettings.setState({ directions: Number(value) })}
          />
        </Field>
      )}
      <DoseRegionFields />
      {primary !== undefined && <CalibrationField image={primary} />}
      {hasBody !== true && <p className="warning-text">There is no BODY: find it in the Contouring workspace first.</p>}
      <RunningWork />
      <Button
        kind="primary"
        data-testid="compute-dose"
        disabled={busy || plan.beams.length === 0 || hasBody !== true}
        title="Compute dose and monitor units (F5)"
        onClick={() => void run(computeDose)}
      >
        Compute dose <kbd>F5</kbd>
      </Button>
      <Button kind="quiet" title={openOptimiser.label} onClick={() => void run(openOptimiser)}>
        Optimise <kbd>F10</kbd>
      </Button>
      <Checkbox
        checked={follow}
        data-testid="follow-edits"
        onChange={(checked) => useDoseSettings.setState({ follow: checked })}
      >
        Approximate dose follows edits
      </Checkbox>
      <Checkbox
        checked={followHand}
        data-testid="follow-hand"
        onChange={(checked) => useDoseSettings.setState({ followHand: checked })}
      >
        Approximate dose follows the hand
      </Checkbox>
      <Checkbox
        checked={fullOnRelease}
        disabled={!followHand}
        data-testid="full-on-release"
        onChange={(checked) => useDoseSettings.setState({ fullOnRelease: checked })}
      >
        Full dose when the hand lets go
      </Checkbox>
      {full !== null && (
        <div data-testid="full-dose">
          <Progress label="Collapsed cone" value={full.fraction} onCancel={full.cancel} />
        </div>
      )}
      <DoseLabel />
    </Panel>
  );
}
