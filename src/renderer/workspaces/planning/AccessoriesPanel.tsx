import { setBolus, setTray, setWedge } from '#renderer/commands/planning/accessories.ts';
import { stillReason } from '#renderer/commands/planning/beams/keptBeams.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { machineByName, machineNames } from '#shared/dosimetry/machine/machines.ts';
import type { Beam } from '#shared/model/plan.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import { blockWords, ORIENTATIONS, percent, wedgeWords } from './accessoryWords.ts';

interface AccessoriesPanelProps {
  readonly beam: Beam;
  readonly structures: StructureSet;
}

/** What stands in the selected beam: a wedge and a tray of its machine, boli of the structure set; what was planned elsewhere in words. */
export function AccessoriesPanel({ beam, structures }: AccessoriesPanelProps) {
  const { blocks = [], compensators = [], applicators = [], generalAccessories = [] } = beam;
  const foreign = [
    ...compensators.map(({ number }) => `Compensator ${number}`),
    ...applicators.map(({ id, type }) => `Applicator ${id} (${type})`),
    ...generalAccessories.map(({ id }) => `Accessory ${id}`),
  ];
  return (
    <Panel title="Accessories">
      <WedgeFields beam={beam} />
      <TrayField beam={beam} />
      <BolusFields beam={beam} structures={structures} />
      {blocks.length + foreign.length > 0 && (
        <ul className="accessory-list" data-testid="accessory-list">
          {blocks.map((block) => (
            <li key={block.number}>{blockWords(block)}</li>
          ))}
          {foreign.map((words) => (
            <li key={words}>
              {words}: kept in the plan; its dose is <strong>not computed</strong>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

const NONE = '';

function WedgeFields({ beam }: { readonly beam: Beam }) {
  const machine = machineNames().includes(beam.machine) ? machineByName(beam.machine) : undefined;
  const known = machine?.wedges ?? [];
  const { wedges = [] } = beam;
  const kept = stillReason(beam);
  const [wedge] = wedges;
  const own = wedges.length === 1 && known.some(({ id }) => id === wedge.id);
  if (known.length === 0 && wedges.length === 0) return <p className="hint">{beam.machine} has no wedges here.</p>;
  const orientation = wedge?.orientation ?? 0;
  const standard = ORIENTATIONS.some(({ degrees }) => degrees === orientation);
  return (
    <>
      <Field
        label="Wedge"
        hint={kept === undefined ? undefined : 'The beam moves: none can be put in.'}
        error={wedges.length > 0 && !own ? `${wedges.map(wedgeWords).join('; ')}: not of this machine` : undefined}
      >
        <Select
          aria-label="wedge"
          data-testid="wedge"
          disabled={kept !== undefined}
          value={wedges.length === 0 ? NONE : (wedge.id ?? '?')}
          options={[
            { value: NONE, label: 'None' },
            ...known.map(({ id, angle }) => ({ value: id, label: `${id} · ${angle}°` })),
            ...(wedges.length === 0 || own ? [] : [{ value: wedge.id ?? '?', label: wedge.id ?? '?', disabled: true }]),
          ]}
          onChange={(id) => void run(setWedge, beam.number, id === NONE ? undefined : { id, orientation })}
        />
      </Field>
      {own && (
        <Field label="Orientation">
          <Select
            aria-label="wedge orientation"
            data-testid="wedge-orientation"
            disabled={kept !== undefined}
            value={String(orientation)}
            options={[
              ...(standard ? [] : [{ value: String(orientation), label: `${orientation}°`, disabled: true }]),
              ...ORIENTATIONS.map(({ degrees, thinEdge }) => ({
                value: String(degrees),
                label: `${degrees}° · thin edge ${thinEdge}`,
              })),
            ]}
            onChange={(degrees) =>
              void run(setWedge, beam.number, { id: wedge.id ?? '', orientation: Number(degrees) })
            }
          />
        </Field>
      )}
    </>
  );
}

function TrayField({ beam }: { readonly beam: Beam }) {
  const machine = machineNames().includes(beam.machine) ? machineByName(beam.machine) : undefined;
  const trays = machine?.trays ?? [];
  const factor = beam.totalBlockTrayFactor;
  const own = trays.find(({ transmission }) => transmission === factor);
  if (trays.length === 0 && factor === undefined) return null;
  const stated = factor === undefined || own !== undefined ? undefined : `Factor ${factor} of the plan`;
  return (
    <Field label="Tray">
      <Select
        aria-label="tray"
        data-testid="tray"
        value={factor === undefined ? NONE : (own?.id ?? '?')}
        options={[
          { value: NONE, label: 'None' },
          ...trays.map(({ id, transmission }) => ({ value: id, label: `${id} · ${percent(transmission)}` })),
          ...(stated === undefined ? [] : [{ value: '?', label: stated, disabled: true }]),
        ]}
        onChange={(id) => void run(setTray, beam.number, id === NONE ? undefined : id)}
      />
    </Field>
  );
}

function BolusFields({ beam, structures }: AccessoriesPanelProps) {
  const { boluses = [] } = beam;
  const on = (number: number): boolean => boluses.some(({ roiNumber }) => roiNumber === number);
  const offered = structures.rois.filter(({ number, type }) => type === 'BOLUS' || on(number));
  const lost = boluses.filter(({ roiNumber }) => !structures.rois.some(({ number }) => number === roiNumber));
  if (offered.length + lost.length === 0) return <p className="hint">The structure set has no bolus.</p>;
  return (
    <div className="bolus-fields" data-testid="boluses">
      {offered.map(({ number, name }) => (
        <Checkbox
          key={number}
          checked={on(number)}
          onChange={(there) => void run(setBolus, beam.number, number, there)}
        >
          Bolus {name}
        </Checkbox>
      ))}
      {lost.map(({ roiNumber }) => (
        <Checkbox key={roiNumber} checked onChange={() => void run(setBolus, beam.number, roiNumber, false)}>
          Bolus structure {roiNumber}, not in this structure set
        </Checkbox>
      ))}
    </div>
  );
}
