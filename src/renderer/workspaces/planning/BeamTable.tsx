import type { ReactNode } from 'react';
import { addBeams, BEAM_TEMPLATES } from '#renderer/commands/planning/addBeams.ts';
import { turnBeam, setJaws, weighBeam, setMeterset } from '#renderer/commands/planning/changeBeam.ts';
import { copyBeam } from '#renderer/commands/planning/copyBeam.ts';
import { deleteBeam } from '#renderer/commands/planning/deleteBeam.ts';
import { dragAngle, dragWeight } from '#renderer/commands/planning/liveBeam.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { beamNote } from '#renderer/document/beamNote.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { jawsOf } from '#renderer/viewports/painters/beamGeometry.ts';
import { selectBeam, useBeamView } from '#renderer/viewports/painters/beamView.ts';
import { differenceText, useMuCheck } from './MuCheckPanel.tsx';
import { DoseRemarks } from '../evaluation/DoseRemarks.tsx';
import type { DoseRemark } from '#shared/dosimetry/standing/doseStanding.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import { accessoryMarks } from './accessoryWords.ts';

/** All beams with the numbers a planner changes most; a click selects the beam shown at the right. */
export function BeamTable({ plan, doubt }: { readonly plan: Plan; readonly doubt: DoseRemark['kind'] | undefined }) {
  const selected = useBeamView((state) => state.selected);
  const beam = plan.beams.find(({ number }) => number === selected);
  return (
    <section className="beam-dock" aria-label="beams">
      <header>
        <h2>Beams ({plan.beams.length})</h2>
        <DoseRemarks brief />
        <select
          className="select"
          aria-label="add beams"
          data-testid="beam-template"
          value=""
          onChange={(event) => {
            const template = BEAM_TEMPLATES.find(({ label }) => label === event.target.value);
            if (template !== undefined) void run(addBeams, template.gantries);
          }}
        >
          <option value="" disabled>
            Add beams…
          </option>
          {BEAM_TEMPLATES.map(({ label }) => (
            <option key={label}>{label}</option>
          ))}
        </select>
        <Button disabled={beam === undefined} onClick={() => beam && void run(copyBeam, beam.number, false)}>
          Copy
        </Button>
        <Button disabled={beam === undefined} onClick={() => beam && void run(copyBeam, beam.number, true)}>
          Oppose
        </Button>
        <Button kind="danger" disabled={beam === undefined} onClick={() => beam && void run(deleteBeam, beam.number)}>
          Delete
        </Button>
      </header>
      <div className="beam-scroll">
        <table className="table beam-table" data-testid="beam-table">
          <thead>
            <tr>
              <th>#</th>
              <th>Name</th>
              <th className="numeric">Gantry °</th>
              <th className="numeric">Coll. °</th>
              <th className="numeric">Couch °</th>
              <th className="numeric">X1 mm</th>
              <th className="numeric">X2 mm</th>
              <th className="numeric">Y1 mm</th>
              <th className="numeric">Y2 mm</th>
              <th>Aperture</th>
              <th title="W wedge, Tr tray, Bl block, Bo bolus">Acc.</th>
              <th className="numeric">Weight</th>
              <th className="numeric" title="Monitor units of one fraction">
                MU
              </th>
              <th className="numeric" title="Dose at the isocenter in one fraction">
                Gy iso
              </th>
              <th className="numeric" title="Dose at the reference point against an independent calculation by factors">
                Chk %
              </th>
            </tr>
          </thead>
          <tbody>
            {plan.beams.map((row) => (
              <BeamRow
                key={row.number}
                beam={row}
                selected={row.number === selected}
                entersMu={plan.prescription === undefined || plan.prescription.normalization.kind === 'None'}
                doubt={doubt}
              />
            ))}
            {plan.beams.length === 0 && (
              <tr className="empty-row">
                <td colSpan={15}>No beams yet: choose an arrangement from “Add beams…”.</td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
    </section>
  );
}

interface BeamRowProps {
  readonly beam: Beam;
  readonly selected: boolean;
  readonly entersMu: boolean;
  /** What speaks against the dose that its numbers come from. */
  readonly doubt: DoseRemark['kind'] | undefined;
}

function BeamRow({ beam, selected, entersMu, doubt }: BeamRowProps) {
  const { number, name, controlPoints } = beam;
  const first = controlPoints[0];
  const note = beamNote(beam);
  const check = useMuCheck(number);
  const checked = check !== undefined && 'verdict' in check;
  const jaws = jawsOf(first);
  const angle = (what: 'gantry' | 'collimator' | 'couch'): ReactNode => (
    <td className="numeric">
      <NumberInput
        aria-label={`${what} of ${name}`}
        value={first[what]}
        unit=""
        onDrag={() => dragAngle(number, what)}
        onChange={(value) => void run(turnBeam, number, { [what]: value })}
      />
    </td>
  );
  const jaw = (index: 0 | 1 | 2 | 3): ReactNode => (
    <td className="numeric">
      {jaws === undefined ? (
        '–'
      ) : (
        <NumberInput
          aria-label={`${['X1', 'X2', 'Y1', 'Y2'][index]} of ${name}`}
          value={jaws[index]}
          unit=""
          onChange={(value) => {
            const next: [number, number, number, number] = [...jaws];
            next[index] = value;
            void run(setJaws, number, next);
          }}
        />
      )}
    </td>
  );
  return (
    <tr
      className={selected ? 'selectable selected' : 'selectable'}
      data-testid="beam"
      data-name={name}
      onClick={() => selectBeam(number)}
    >
      <td>{number}</td>
      <td className="beam-name">{name}</td>
      {angle('gantry')}
      {angle('collimator')}
      {angle('couch')}
      {jaw(0)}
      {jaw(1)}
      {jaw(2)}
      {jaw(3)}
      <td>{note.margin === undefined ? 'by hand' : `fit ${note.margin} mm`}</td>
      <td className="accessory-marks" data-testid="beam-accessories">
        {accessoryMarks(beam).map(({ short, long }) => (
          <abbr key={long} title={long}>
            {short}
          </abbr>
        ))}
      </td>
      <td className="numeric">
        <NumberInput
          aria-label={`weight of ${name}`}
          value={note.weight}
          min={0}
          step={0.1}
          decimals={2}
          unit=""
          onDrag={() => dragWeight(number)}
          onChange={(value) => void run(weighBeam, number, value)}
        />
      </td>
      <td className={`numeric ${doubt ?? ''}`} data-testid="beam-mu">
        {entersMu ? (
          <NumberInput
            aria-label={`monitor units of ${name}`}
            value={beam.meterset ?? 0}
            min={0}
            decimals={1}
            unit=""
            onChange={(value) => void run(setMeterset, number, value)}
          />
        ) : (
          (beam.meterset?.toFixed(1) ?? '–')
        )}
      </td>
      <td className={`numeric ${doubt ?? ''}`}>{beam.beamDose?.toFixed(3) ?? '–'}</td>
      <td className={`numeric ${checked ? check.verdict : ''}`} data-testid="beam-mu-check">
        {checked ? differenceText(check) : '–'}
      </td>
    </tr>
  );
}
