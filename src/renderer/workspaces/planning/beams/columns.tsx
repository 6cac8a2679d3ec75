import { fixed } from '#shared/geometry/fixed.ts';
import type { ReactNode } from 'react';
import { keptReason, stillReason } from '#renderer/commands/planning/beams/keptBeams.ts';
import { renumberBeam, setDelivery } from '#renderer/commands/planning/beams/identifyBeam.ts';
import {
  changeMachine,
  fitBeam,
  renameBeam,
  setFieldSize,
  setJaws,
  setMeterset,
  turnBeam,
  weighBeam,
} from '#renderer/commands/planning/changeBeam.ts';
import { dragAngle, dragWeight } from '#renderer/commands/planning/liveBeam.ts';
import { moveIsocenter } from '#renderer/commands/planning/moveIsocenter.ts';
import { beamNote } from '#shared/dosimetry/plan/arrange/beamNote.ts';
import type { DraggedNumber } from '#renderer/kit/useDrag.ts';
import { parseNumber } from '#renderer/kit/NumberInput.tsx';
import { jawsOf } from '#renderer/viewports/painters/beams/beamGeometry.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { energiesOf, energyWords } from '#shared/dosimetry/machine/energies.ts';
import { machineByName, machineNames } from '#shared/dosimetry/machine/machines.ts';
import { JAW_NAMES, type Jaws } from '#shared/dosimetry/plan/beamLimits.ts';
import { misleadingName } from '#shared/dosimetry/plan/arrange/beamNames.ts';
import type { DoseRemark } from '#shared/dosimetry/standing/doseStanding.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import { differenceText, useMuCheck } from '../MuCheckPanel.tsx';
import { accessoryMarks } from '../accessoryWords.ts';
import { BolusCell, modelled, OrientationCell, WedgeCell } from './accessoryCells.tsx';
import { ClearanceCell, SsdCell } from './placeCells.tsx';
import { ReferenceDose, ReferenceHead } from './ReferenceDose.tsx';
import { ChoiceCell } from './ChoiceCell.tsx';
import { type CellPlace, EditCell } from './EditCell.tsx';

/** What a cell of the beam table is about. */
interface CellContext extends CellPlace {
  readonly beam: Beam;
  readonly plan: Plan;
  readonly structures: StructureSet;
  /** What speaks against the dose that numbers come from. */
  readonly doubt: DoseRemark['kind'] | undefined;
}

export interface BeamColumn {
  readonly id: string;
  /** In the list of columns. */
  readonly title: string;
  /** Above the column. */
  readonly head: ReactNode;
  readonly hint?: string;
  readonly numeric?: boolean;
  /** Shown unless the user chose otherwise. */
  readonly usual: boolean;
  /** Cannot be taken away. */
  readonly fixed?: boolean;
  readonly testId?: string;
  /** Numbers that come from the dose are marked while it is in doubt. */
  readonly fromDose?: boolean;
  readonly cell: (context: CellContext) => ReactNode;
}

const number = (typed: string): number => {
  const value = parseNumber(typed);
  if (value === undefined) throw new IsocenterError('USAGE', `“${typed}” is no number`);
  return value;
};

interface NumberCellProps {
  readonly context: CellContext;
  readonly what: string;
  readonly value: number | undefined;
  readonly decimals?: number;
  readonly step?: number;
  readonly set: (value: number) => void;
  readonly drag?: () => DraggedNumber;
  /** Why the number stays as it is. */
  readonly kept?: string | undefined;
}

/** A number in place; what is left untouched keeps all its digits. */
function NumberCell({ context, what, value, decimals = 1, step = 1, set, drag, kept }: NumberCellProps) {
  const { beam, row, column } = context;
  if (kept !== undefined) return <KeptText text={value === undefined ? '–' : fixed(value, decimals)} reason={kept} />;
  return (
    <EditCell
      row={row}
      column={column}
      numeric
      label={`${what} of ${beam.name}`}
      text={value === undefined ? '' : fixed(value, decimals)}
      onCommit={(typed) => set(number(typed))}
      drag={value === undefined || drag === undefined ? undefined : { value, step, begin: drag }}
      onStep={value === undefined ? undefined : (sign) => set(Number((value + sign * step).toFixed(6)))}
    />
  );
}

/** A value that cannot be changed, and why. */
function KeptText({ text, reason }: { readonly text: string; readonly reason: string }) {
  return (
    <span className="kept-text" title={reason}>
      {text}
    </span>
  );
}

const moves = ({ controlPoints }: Beam, what: 'gantry' | 'collimator' | 'couch'): boolean =>
  controlPoints.some((point) => point[what] !== controlPoints[0][what]);

const SIGN = { CW: '↻', CC: '↺', NONE: '' } as const;

/** 360° is where 0° is. */
const angleColumn = (what: 'gantry' | 'collimator' | 'couch', head: string, title: string): BeamColumn => ({
  id: what,
  title,
  head,
  numeric: true,
  usual: true,
  cell: (context) => {
    const { beam } = context;
    const [first] = beam.controlPoints;
    const last = beam.controlPoints[beam.controlPoints.length - 1];
    if (moves(beam, what))
      return `${first[what].toFixed(1)} ${what === 'gantry' ? SIGN[first.gantryDirection] : '…'} ${last[what].toFixed(1)}`;
    return (
      <NumberCell
        context={context}
        what={what}
        value={first[what]}
        kept={keptReason(beam)}
        drag={() => dragAngle(beam.number, what)}
        set={(value) => void turnBeam.perform(beam.number, { [what]: value === 360 ? 0 : value })}
      />
    );
  },
});

const jawColumn = (index: 0 | 1 | 2 | 3): BeamColumn => ({
  id: JAW_NAMES[index],
  title: `Jaw ${JAW_NAMES[index]}`,
  head: `${JAW_NAMES[index]} mm`,
  numeric: true,
  usual: true,
  cell: (context) => {
    const jaws = jawsOf(context.beam.controlPoints[0]);
    if (jaws === undefined) return '–';
    return (
      <NumberCell
        context={context}
        what={JAW_NAMES[index]}
        value={jaws[index]}
        kept={stillReason(context.beam)}
        set={(value) => {
          const next = jaws.map((jaw, n) => (n === index ? value : jaw)) as unknown as Jaws;
          void setJaws.perform(context.beam.number, next);
        }}
      />
    );
  },
});

const sizeColumn = (axis: 'X' | 'Y'): BeamColumn => ({
  id: `field${axis}`,
  title: `Field size ${axis}`,
  head: `Field ${axis} mm`,
  hint: 'The middle of the field stays where it is',
  numeric: true,
  usual: false,
  cell: (context) => {
    const jaws = jawsOf(context.beam.controlPoints[0]);
    if (jaws === undefined) return '–';
    return (
      <NumberCell
        context={context}
        what={`field ${axis}`}
        value={axis === 'X' ? jaws[1] - jaws[0] : jaws[3] - jaws[2]}
        kept={stillReason(context.beam)}
        set={(value) => void setFieldSize.perform(context.beam.number, axis, value)}
      />
    );
  },
});

const isocenterColumn = (axis: 0 | 1 | 2): BeamColumn => ({
  id: `iso${'XYZ'[axis]}`,
  title: `Isocenter ${'XYZ'[axis]}`,
  head: `Iso ${'XYZ'[axis]} mm`,
  hint: 'LPS mm; moves this beam alone: the isocenter panel moves all beams of an isocenter',
  numeric: true,
  usual: false,
  cell: (context) => {
    const { isocenter } = context.beam.controlPoints[0];
    return (
      <NumberCell
        context={context}
        what={`isocenter ${'XYZ'[axis]}`}
        value={isocenter[axis]}
        kept={keptReason(context.beam)}
        set={(value) => {
          const next = isocenter.map((old, n) => (n === axis ? value : old)) as unknown as Vec3;
          void moveIsocenter.perform(next, [context.beam.number]);
        }}
      />
    );
  },
});

function CheckCell({ beam }: { readonly beam: Beam }) {
  const check = useMuCheck(beam.number);
  if (check === undefined || !('verdict' in check)) return '–';
  return <span className={`mu-verdict ${check.verdict}`}>{differenceText(check)}</span>;
}

/** All columns, in the order in which they stand. */
export const BEAM_COLUMNS: readonly BeamColumn[] = [
  {
    id: 'number', title: 'Number', head: '#', usual: true, fixed: true,
    cell: (context) => (
      <NumberCell
        context={context} what="number" value={context.beam.number} decimals={0}
        set={(value) => void renumberBeam.perform(context.beam.number, value)}
      />
    ),
  },
  {
    id: 'name', title: 'Name', head: 'Name', usual: true, fixed: true,
    cell: ({ beam, row, column }) => (
      <EditCell
        row={row} column={column} numeric={false} label={`name of ${beam.name}`} text={beam.name} doubt={misleadingName(beam)}
        onCommit={(typed) => void renameBeam.perform(beam.number, typed)}
      />
    ),
  },
  {
    id: 'weight', title: 'Weight', head: 'Weight', numeric: true, usual: true,
    hint: 'Share in the target’s mean dose; without a normalisation the monitor units alone count',
    cell: (context) => (
      <NumberCell
        context={context} what="weight" value={beamNote(context.beam).weight} decimals={2} step={0.1}
        drag={() => dragWeight(context.beam.number)}
        set={(value) => void weighBeam.perform(context.beam.number, value)}
      />
    ),
  },
  {
    id: 'mu', title: 'Monitor units', head: 'MU', numeric: true, usual: true, fixed: true, testId: 'beam-mu', fromDose: true,
    hint: 'Monitor units of one fraction. Typed by hand they end the normalisation.',
    cell: (context) =>
      context.beam.deliveryType === 'TREATMENT' ? (
        <NumberCell
          context={context} what="monitor units" value={context.beam.meterset}
          set={(value) => void setMeterset.perform(context.beam.number, value)}
        />
      ) : (
        (context.beam.meterset?.toFixed(1) ?? '–')
      ),
  },
  {
    id: 'dose', title: 'Dose at the isocenter', head: 'Gy iso', hint: 'Dose at the isocenter in one fraction', numeric: true, usual: true, fromDose: true,
    cell: ({ beam }) => beam.beamDose?.toFixed(3) ?? '–',
  },
  {
    id: 'reference',
    title: 'Dose at a reference point',
    head: <ReferenceHead />,
    hint: 'What the beam gives to the point in one fraction',
    numeric: true,
    usual: false,
    fromDose: true,
    cell: ({ beam, plan, structures }) => <ReferenceDose beam={beam} plan={plan} structures={structures} />,
  },
  {
    id: 'check', title: 'MU check', head: 'Check %', numeric: true, usual: true, testId: 'beam-mu-check',
    hint: 'Dose at the reference point against an independent calculation by factors',
    cell: ({ beam }) => <CheckCell beam={beam} />,
  },
  {
    id: 'delivery', title: 'Treatment or set-up', head: 'Type', usual: false,
    cell: ({ beam, row, column }) => {
      const known = beam.deliveryType === 'TREATMENT' || beam.deliveryType === 'SETUP';
      return (
        <ChoiceCell
          row={row} column={column} label={`type of ${beam.name}`} value={beam.deliveryType}
          choices={[
            { value: 'TREATMENT', label: 'Treatment' },
            { value: 'SETUP', label: 'Set-up' },
            ...(known ? [] : [{ value: beam.deliveryType, label: beam.deliveryType, disabled: true }]),
          ]}
          onChoose={(value) => void setDelivery.perform(beam.number, value === 'SETUP' ? 'SETUP' : 'TREATMENT')}
        />
      );
    },
  },
  {
    id: 'machine', title: 'Machine', head: 'Machine', usual: false,
    cell: ({ beam, row, column }) => (
      <ChoiceCell
        row={row} column={column} label={`machine of ${beam.name}`} value={beam.machine} kept={keptReason(beam)}
        choices={[
          ...(modelled(beam) === undefined ? [{ value: beam.machine, label: beam.machine, disabled: true }] : []),
          ...machineNames().map((name) => ({ value: name, label: name })),
        ]}
        onChoose={(name) => void changeMachine.perform(beam.number, name)}
      />
    ),
  },
  {
    id: 'energy', title: 'Energy and fluence mode', head: 'Energy', usual: true,
    cell: ({ beam, row, column }) => {
      const machine = modelled(beam);
      const words = energyWords({ ...beam, nominalEnergy: beam.controlPoints[0].nominalEnergy, fluenceMode: beam.fluenceMode || 'STANDARD' });
      if (machine === undefined) return words;
      return (
        <ChoiceCell
          row={row} column={column} label={`energy of ${beam.name}`} value={machine.name} kept={keptReason(beam)}
          choices={energiesOf(machine, machineNames().map(machineByName)).map((one) => ({ value: one.name, label: energyWords(one) }))}
          onChoose={(name) => void changeMachine.perform(beam.number, name)}
        />
      );
    },
  },
  angleColumn('gantry', 'Gantry °', 'Gantry'),
  angleColumn('collimator', 'Coll. °', 'Collimator'),
  angleColumn('couch', 'Couch °', 'Couch'),
  isocenterColumn(0), isocenterColumn(1), isocenterColumn(2),
  sizeColumn('X'), sizeColumn('Y'),
  jawColumn(0), jawColumn(1), jawColumn(2), jawColumn(3),
  {
    id: 'margin', title: 'Aperture margin', head: 'Margin mm', numeric: true, usual: true,
    hint: 'Room between the target’s outline and the leaves; – where the aperture was set by hand. A number fits it.',
    cell: (context) => (
      <NumberCell
        context={context} what="margin" value={beamNote(context.beam).margin} kept={keptReason(context.beam)}
        set={(value) => void fitBeam.perform(context.beam.number, value)}
      />
    ),
  },
  { id: 'wedge', title: 'Wedge', head: 'Wedge', usual: true, cell: (context) => <WedgeCell context={context} /> },
  {
    id: 'orientation', title: 'Wedge orientation', head: 'Wedge at', usual: false,
    cell: (context) => <OrientationCell context={context} />,
  },
  { id: 'bolus', title: 'Bolus', head: 'Bolus', usual: false, cell: (context) => <BolusCell context={context} /> },
  {
    id: 'accessories', title: 'Accessories', head: 'Acc.', hint: 'W wedge, Tr tray, Bl block, Bo bolus', usual: true, testId: 'beam-accessories',
    cell: ({ beam }) => (
      <span className="accessory-marks">
        {accessoryMarks(beam).map(({ short, long }) => (
          <abbr key={long} title={long}>
            {short}
          </abbr>
        ))}
      </span>
    ),
  },
  {
    id: 'ssd',
    title: 'SSD',
    head: 'SSD mm',
    hint: 'Source to skin or bolus on the beam axis, as it is now; in italics as the plan states it, where there is no BODY',
    numeric: true,
    usual: true,
    cell: ({ beam, plan, structures }) => <SsdCell beam={beam} plan={plan} structures={structures} />,
  },
  {
    id: 'clearance',
    title: 'Clearance',
    head: 'Clear. cm',
    hint: 'Least distance of the gantry head to patient and couch; typical sizes unless the machine states its own',
    numeric: true,
    usual: false,
    cell: ({ beam, plan, structures }) => <ClearanceCell beam={beam} plan={plan} structures={structures} />,
  },
]; // biome-ignore format: a table

/** The columns chosen, in their own order; the usual ones where none are. Fixed ones are always there. */
export const shownColumns = (chosen: readonly string[] | null): readonly BeamColumn[] =>
  BEAM_COLUMNS.filter(({ id, usual, fixed }) => fixed === true || (chosen === null ? usual : chosen.includes(id)));
