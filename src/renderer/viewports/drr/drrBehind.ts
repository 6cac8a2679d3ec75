import { useDocument } from '#renderer/document/store.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import type { ControlPoint, Plan } from '#shared/model/plan.ts';
import type { DrrRequest } from './drrRequest.ts';
import { useDrrLook } from './drrStore.ts';

interface SeenBeam {
  readonly plan: Plan;
  readonly beam: { readonly sourceAxisDistance: number };
  readonly control: ControlPoint;
}

/** The radiograph that lies behind a beam at one control point, as it is set to look; undefined where there is none. */
export function drrBehind(
  seen: SeenBeam | undefined,
  place: DrrRequest['place'],
  upright: 'gantry' | 'collimator',
): DrrRequest | undefined {
  const ct = useDocument.getState().document?.primary;
  const { shown, ...look } = useDrrLook.getState();
  const iecFromLps = seen === undefined ? undefined : iecFromPatient(seen.plan.patientPosition);
  if (!shown || seen === undefined || iecFromLps === undefined || ct === undefined || ct.unit !== 'HU')
    return undefined;
  const { gantry, collimator, couch, isocenter } = seen.control;
  const sad = seen.beam.sourceAxisDistance;
  const angles = { gantry, couch, collimator: upright === 'collimator' ? collimator : 0 };
  return { ct, view: { angles, isocenter, iecFromLps, sad, sid: sad }, place, ...look };
}
