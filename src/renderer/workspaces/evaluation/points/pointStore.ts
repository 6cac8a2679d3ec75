import { create } from 'zustand';
import type { ClinicalDocument } from '#renderer/document/records.ts';
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
  const isocenters = new Map<string, DosePoint>();
  for (const beam of plan?.beams ?? []) {
    const at = beam.controlPoints[0]?.isocenter;
    if (at !== undefined) isocenters.set(at.join(), { name: isocenters.size === 0 ? 'Isocenter' : `Isocenter (${beam.name})`, at });
  }
  const marked = structures.rois.flatMap(({ name, contours }) =>
    contours
      .filter(({ type, points }) => type === 'POINT' && points.length === 3)
      .map(({ points }, n, all): DosePoint => ({
        name: all.length > 1 ? `${name} ${n + 1}` : name,
        at: [points[0], points[1], points[2]],
      })),
  );
  return [...isocenters.values(), ...marked];
} // biome-ignore format: one point
