import { setBolus, setWedge } from '#renderer/commands/planning/accessories.ts';
import { stillReason } from '#renderer/commands/planning/beams/keptBeams.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import { machineByName, machineNames } from '#shared/dosimetry/machine/machines.ts';
import type { Beam } from '#shared/model/plan.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import { ORIENTATIONS } from '../accessoryWords.ts';
import { ChoiceCell } from './ChoiceCell.tsx';
import type { CellPlace } from './EditCell.tsx';

interface AccessoryContext extends CellPlace {
  readonly beam: Beam;
  readonly structures: StructureSet;
}

/** The machine of a beam, where it is modelled here. */
export const modelled = ({ machine }: Beam): Machine | undefined =>
  machineNames().includes(machine) ? machineByName(machine) : undefined;

const NONE = '';

export function WedgeCell({ context }: { readonly context: AccessoryContext }) {
  const { beam, row, column } = context;
  const known = modelled(beam)?.wedges ?? [];
  const { wedges = [] } = beam;
  if (known.length === 0 && wedges.length === 0) return '–';
  const [wedge] = wedges;
  const own = wedges.length === 1 && known.some(({ id }) => id === wedge.id);
  return (
    <ChoiceCell
      row={row}
      column={column}
      label={`wedge of ${beam.name}`}
      kept={stillReason(beam)}
      value={wedges.length === 0 ? NONE : own ? (wedge.id ?? '?') : '?'}
      choices={[
        { value: NONE, label: '–' },
        ...known.map(({ id }) => ({ value: id, label: id })),
        ...(wedges.length === 0 || own ? [] : [{ value: '?', label: wedge.id ?? `${wedges.length}`, disabled: true }]),
      ]}
      onChoose={(id) =>
        void setWedge.perform(beam.number, id === NONE ? undefined : { id, orientation: wedge?.orientation ?? 0 })
      }
    />
  );
}

export function OrientationCell({ context }: { readonly context: AccessoryContext }) {
  const { beam, row, column } = context;
  const [wedge] = beam.wedges ?? [];
  if (wedge?.id === undefined || beam.wedges?.length !== 1) return '–';
  const { id, orientation = 0 } = wedge;
  const standard = ORIENTATIONS.some(({ degrees }) => degrees === orientation);
  return (
    <ChoiceCell
      row={row}
      column={column}
      label={`wedge orientation of ${beam.name}`}
      kept={stillReason(beam)}
      value={String(orientation)}
      choices={[
        ...ORIENTATIONS.map(({ degrees, thinEdge }) => ({
          value: String(degrees),
          label: `${degrees}° thin ${thinEdge}`,
        })),
        ...(standard ? [] : [{ value: String(orientation), label: `${orientation}°`, disabled: true }]),
      ]}
      onChoose={(degrees) => void setWedge.perform(beam.number, { id, orientation: Number(degrees) })}
    />
  );
}

export function BolusCell({ context }: { readonly context: AccessoryContext }) {
  const { beam, structures, row, column } = context;
  const { boluses = [] } = beam;
  const offered = structures.rois.filter(({ type, contours }) => type === 'BOLUS' && contours.length > 0);
  if (offered.length === 0 && boluses.length === 0) return '–';
  const single = boluses.length === 1 && offered.some((roi) => roi.number === boluses[0].roiNumber);
  return (
    <ChoiceCell
      row={row}
      column={column}
      label={`bolus of ${beam.name}`}
      value={boluses.length === 0 ? NONE : single ? String(boluses[0].roiNumber) : '?'}
      choices={[
        { value: NONE, label: '–' },
        ...offered.map((roi) => ({ value: String(roi.number), label: roi.name })),
        ...(boluses.length === 0 || single ? [] : [{ value: '?', label: `${boluses.length} boli`, disabled: true }]),
      ]}
      onChoose={(chosen) => void setBolus.perform(beam.number, chosen === NONE ? 'none' : Number(chosen), 'alone')}
    />
  );
}
