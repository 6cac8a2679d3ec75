import { addBeams, BEAM_TEMPLATES } from '#renderer/commands/planning/addBeams.ts';
import { copyBeam } from '#renderer/commands/planning/copyBeam.ts';
import { deleteBeam } from '#renderer/commands/planning/deleteBeam.ts';
import { keptReason } from '#renderer/commands/planning/beams/keptBeams.ts';
import { nameBeams } from '#renderer/commands/planning/beams/identifyBeam.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { selectBeam, useBeamView } from '#renderer/viewports/painters/beams/beamView.ts';
import { DoseRemarks } from '../evaluation/DoseRemarks.tsx';
import type { DoseRemark } from '#shared/dosimetry/standing/doseStanding.ts';
import { misleadingName } from '#shared/dosimetry/plan/arrange/beamNames.ts';
import type { Plan } from '#shared/model/plan.ts';
import { BeamTools } from './beams/BeamTools.tsx';
import { shownColumns } from './beams/columns.tsx';
import { useColumnChoice } from './beams/columnChoice.ts';
import { ColumnsMenu } from './beams/ColumnsMenu.tsx';
import './beams/beamTable.css';

/** All beams, every number edited in its place; the row in which the keyboard or the mouse is is the beam shown at the right. */
export function BeamTable({ plan, doubt }: { readonly plan: Plan; readonly doubt: DoseRemark['kind'] | undefined }) {
  const selected = useBeamView((state) => state.selected);
  const structures = useDocument((state) => state.document?.structures);
  const columns = shownColumns(useColumnChoice((state) => state.chosen));
  const beam = plan.beams.find(({ number }) => number === selected);
  const kept = beam && keptReason(beam);
  if (structures === undefined) return null;
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
        <Button
          disabled={beam === undefined || kept !== undefined}
          title={kept}
          onClick={() => beam && void run(copyBeam, beam.number, true)}
        >
          Oppose
        </Button>
        <Button kind="danger" disabled={beam === undefined} onClick={() => beam && void run(deleteBeam, beam.number)}>
          Delete
        </Button>
        <BeamTools plan={plan} beam={beam} />
        {plan.beams.some((one) => misleadingName(one) !== undefined) && (
          <Button title="Names that speak of other angles than the beams have" onClick={() => void run(nameBeams)}>
            Name by angles
          </Button>
        )}
        <ColumnsMenu />
      </header>
      <div className="beam-scroll">
        <table className="table beam-table" data-testid="beam-table">
          <thead>
            <tr>
              {columns.map(({ id, title, head, hint, numeric }) => (
                <th key={id} data-column-id={id} className={numeric === true ? 'numeric' : ''} title={hint ?? title}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {plan.beams.map((row, index) => (
              <tr
                key={row.number}
                className={row.number === selected ? 'selectable selected' : 'selectable'}
                data-testid="beam"
                data-name={row.name}
                onClick={() => selectBeam(row.number)}
                onFocus={() => selectBeam(row.number)}
              >
                {columns.map(({ id, cell, numeric, testId, fromDose }, column) => (
                  <td
                    key={id}
                    data-column-id={id}
                    data-testid={testId}
                    className={`${numeric === true ? 'numeric' : ''} ${fromDose === true ? (doubt ?? '') : ''}`}
                  >
                    {cell({ beam: row, plan, structures, doubt, row: index, column })}
                  </td>
                ))}
              </tr>
            ))}
            {plan.beams.length === 0 && (
              <tr className="empty-row">
                <td colSpan={columns.length}>No beams yet: choose an arrangement from “Add beams…”.</td>
              </tr>
            )}
          </tbody>
        </table>
      </div>
      <footer className="mu-rule" data-testid="mu-rule">
        {muRule(plan)}
      </footer>
    </section>
  );
}

/** What rules the monitor units, and what typing them does. */
function muRule({ prescription }: Plan): string {
  if (prescription === undefined || prescription.normalization.kind === 'None')
    return 'Normalisation None: MU are as typed, weights do not count.';
  const { kind, percent } = prescription.normalization;
  return `MU follow from weights and ${kind} = ${percent} %. Typing MU sets the normalisation to None.`;
}
