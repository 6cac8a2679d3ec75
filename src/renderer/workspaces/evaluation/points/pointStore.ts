import { create } from 'zustand';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { isocentersOf } from '#shared/dosimetry/plan/arrange/isocenters.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';

/** A place at which doses are read. */
export interface DosePoint {
  readonly name: string;
  /** LPS mm. */
  readonly at: Vec3;
}

/** Points set by hand in the patient that is open; view state, never undoable. */
export const useDosePoints = create<{ readonly patientKey: string; readonly points: readonly DosePoint[] }>(() => ({
  patientKey: '',
  points: [],
}));

export function setPoints(patientKey: string, points: readonly DosePoint[]): void {
  useDosePoints.setState({ patientKey, points });
}

/** Isocenters of the active plan and structures that are points (POINT contours: markers, reference points). */
export function givenPoints({ plan, structures }: ClinicalDocument): DosePoint[] {
  const groups = plan === undefined ? [] : isocentersOf(plan);
  const isocenters = groups.map(({ isocenter, beams }) => ({
    name: groups.length === 1 ? 'Isocenter' : `Isocenter (${beams.map(({ name }) => name).join(', ')})`,
    at: isocenter,
  }));
  const marked = structures.rois.flatMap(({ name, contours }) =>
    contours
      .filter(({ type, points }) => type === 'POINT' && points.length === 3)
      .map(
        ({ points }, n, all): DosePoint => ({
          name: all.length > 1 ? `${name} ${n + 1}` : name,
          at: [points[0], points[1], points[2]],
        }),
      ),
  );
  return [...isocenters, ...marked];
}
