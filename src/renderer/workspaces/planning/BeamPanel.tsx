import { radiationText } from '#shared/dosimetry/plan/radiationText.ts';
import { fittedArc, keptReason } from '#renderer/commands/planning/beams/keptBeams.ts';
import { changeMachine, fitBeam, renameBeam } from '#renderer/commands/planning/changeBeam.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { beamNote } from '#shared/dosimetry/plan/arrange/beamNote.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { steady } from '#renderer/kit/steady.tsx';
import { machineByName, machineNames } from '#shared/dosimetry/machine/machines.ts';
import { DEFAULT_MARGIN } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import { useState } from 'react';
import { GantryDial } from './beams/GantryDial.tsx';
import { ArcPanel } from './beams/ArcPanel.tsx';
import { AccessoriesPanel } from './AccessoriesPanel.tsx';
import { BeamsEyeView } from './BeamsEyeView.tsx';

interface BeamPanelProps {
  readonly plan: Plan;
  readonly beam: Beam;
  readonly structures: StructureSet;
}

/** The selected beam: name, machine, aperture, and what it sees. */
export function BeamPanel({ plan, beam, structures }: BeamPanelProps) {
  const note = beamNote(beam);
  const [margin, setMargin] = useState(note.margin ?? DEFAULT_MARGIN);
  const known = machineNames().includes(beam.machine);
  const kept = keptReason(beam);
  return (
    <>
      <Panel title={`Beam ${beam.number}`}>
        <GantryDial plan={plan} beam={beam} />
        <Field label="Name">
          <NameField name={beam.name} onRename={(name) => void run(renameBeam, beam.number, name)} />
        </Field>
        <Field
          label="Machine"
          error={known ? undefined : `${beam.machine} is not modelled here: choose a machine to compute`}
        >
          <Select
            aria-label="machine"
            value={beam.machine}
            disabled={kept !== undefined}
            options={[
              ...(known ? [] : [{ value: beam.machine, label: beam.machine, disabled: true }]),
              ...machineNames().map((name) => ({ value: name, label: name })),
            ]}
            onChange={(name) => void run(changeMachine, beam.number, name)}
          />
        </Field>
        <p className="hint machine-line">
          {radiationText(beam)} · SAD {beam.sourceAxisDistance} mm
          {known && ` · up to ${machineByName(beam.machine).limits.maximumMeterset} MU`}
        </p>
        <Field label="MLC margin">
          <NumberInput
            aria-label="aperture margin"
            data-testid="aperture-margin"
            value={margin}
            min={-20}
            max={50}
            unit="mm"
            disabled={kept !== undefined}
            onChange={setMargin}
          />
          <Button
            data-testid="fit-aperture"
            disabled={kept !== undefined}
            title={kept}
            onClick={() => void run(fitBeam, beam.number, margin)}
          >
            Fit
          </Button>
        </Field>
        {kept !== undefined && (
          <p className="hint" data-testid="kept-beam">
            {beam.name}: {kept}.
          </p>
        )}
      </Panel>
      <ArcPanel key={arcKey(beam)} beam={beam} />
      <AccessoriesPanel beam={beam} structures={structures} />
      <Panel title="Beam’s-eye view">
        <BeamsEyeView plan={plan} beam={beam} structures={structures} />
      </Panel>
    </>
  );
}

interface NameFieldProps {
  readonly name: string;
  readonly onRename: (name: string) => void;
}

const NameField = steady(({ name, onRename }: NameFieldProps) => (
  <input
    key={name}
    type="text"
    aria-label="beam name"
    maxLength={64}
    defaultValue={name}
    onBlur={(event) => {
      if (event.target.value.trim() !== name) onRename(event.target.value);
    }}
    onKeyDown={(event) => {
      if (event.key === 'Enter') event.currentTarget.blur();
    }}
  />
));

/** Another arc fills the fields anew; a static beam that turns does not. */
function arcKey(beam: Beam): string {
  const { type, controlPoints } = beam;
  return fittedArc(beam) === undefined ? type : `${type} ${controlPoints.length} ${controlPoints[0].gantry}`;
}
