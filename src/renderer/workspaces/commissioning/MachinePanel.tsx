import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { Progress } from '#renderer/kit/Progress.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { CRITERIA } from '#shared/dosimetry/commissioning/summary.ts';
import { machineByName, machineNames } from '#shared/dosimetry/machine/machines.ts';
import { chooseMachine, run } from './actions.ts';
import { useCommissioning } from './commissioningStore.ts';

/** The machine to compare or to begin a fit with, how to judge, and the work itself. */
export function MachinePanel() {
  const { machine, files, spacing, criterion, running } = useCommissioning();
  const names = machineNames();
  const options = names.includes(machine.name) ? names : [...names, machine.name];
  const ready = running === null && files.some(({ scans }) => scans.length > 0);
  return (
    <Panel title="Machine">
      <Field label="Machine">
        <Select
          value={machine.name}
          options={options.map((name) => ({ value: name, label: name }))}
          onChange={(name) => names.includes(name) && chooseMachine(machineByName(name))}
          data-testid="commissioning-machine"
        />
      </Field>
      <p className="hint">{machine.description}</p>
      <p className="caution">Not commissioned. A fit does not make it so: a medical physicist has to.</p>
      <Field label="Dose grid">
        <NumberInput
          value={spacing}
          unit="mm"
          min={1}
          max={10}
          step={0.5}
          onChange={(value) => useCommissioning.setState({ spacing: value, comparison: null })}
          aria-label="dose grid of the comparison"
          data-testid="commissioning-grid"
        />
      </Field>
      <Field label="Criterion">
        <Select
          value={String(criterion)}
          options={CRITERIA.map(({ percent, distance }, n) => ({
            value: String(n),
            label: `${percent} % / ${distance} mm`,
          }))}
          onChange={(value) => useCommissioning.setState({ criterion: Number(value) })}
          data-testid="commissioning-criterion"
        />
      </Field>
      {running === null ? (
        <div className="button-row">
          <Button disabled={!ready} onClick={() => void run(false)} data-testid="commissioning-compare">
            Compare
          </Button>
          <Button kind="primary" disabled={!ready} onClick={() => void run(true)} data-testid="commissioning-fit">
            Fit
          </Button>
        </div>
      ) : (
        <Progress label={running.label} value={running.fraction} onCancel={running.cancel} />
      )}
    </Panel>
  );
}
