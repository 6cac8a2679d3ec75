import { distancesAt } from '#renderer/viewports/beamsEye/beamSkin.ts';
import { shownBeam } from '#renderer/viewports/beamsEye/shownBeam.ts';
import { clearanceLevel, clearanceModelOf, clearanceOf } from '#renderer/viewports/scene/room/clearances.ts';
import { clearanceWords } from '#shared/clearance/clearance.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import type { StructureSet } from '#shared/model/structures.ts';

interface PlaceCellProps {
  readonly plan: Plan;
  readonly beam: Beam;
  readonly structures: StructureSet;
}

/** Source to surface on the axis at the first control point: to what the rays meet first, bolus or skin. */
export function SsdCell({ plan, beam, structures }: PlaceCellProps) {
  const shown = shownBeam(plan, beam.number, 0);
  const distances = shown && distancesAt(shown, structures);
  const stated = beam.controlPoints[0].sourceToSurface;
  if (distances === undefined)
    return stated === undefined ? '–' : <i title="as the plan states it">{stated.toFixed(1)}</i>;
  const { skin, outer } = distances;
  const bolus =
    skin.distance - outer.distance > 0.05 ? `on the bolus; on the skin ${skin.distance.toFixed(1)} mm` : 'on the skin';
  const plans = stated === undefined ? '' : `; the plan states ${stated.toFixed(1)} mm`;
  const cut = outer.cut ? '; through an end of the scan' : '';
  return (
    <span className={outer.cut ? 'doubtful-value' : ''} title={`${bolus}${plans}${cut}`}>
      {outer.distance.toFixed(1)}
    </span>
  );
}

/** How near the head comes with a beam. */
export function ClearanceCell({ plan, beam, structures }: PlaceCellProps) {
  const clearance = clearanceOf(beam, structures, plan.patientPosition);
  if (clearance === undefined) return '–';
  const level = clearanceLevel(clearance, clearanceModelOf(beam).model);
  return (
    <span className={`clearance-value ${level}`} title={clearanceWords(clearance)}>
      {(clearance.distance / 10).toFixed(1)}
    </span>
  );
}
