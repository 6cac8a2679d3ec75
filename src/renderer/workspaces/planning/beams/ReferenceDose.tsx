import { create } from 'zustand';
import { useDocument } from '#renderer/document/store.ts';
import { sampleAtPoint } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import { pointsOf } from '../isocenter/points.ts';

/** Which point the column of reference doses is about: a structure of points by name, or null for the first beam's isocenter. View state. */
const useReferencePoint = create<{ readonly name: string | null }>(() => ({ name: null }));

function pointNow(plan: Plan, structures: StructureSet, name: string | null): Vec3 | undefined {
  return name === null
    ? plan.beams[0]?.controlPoints[0].isocenter
    : pointsOf(structures).find((point) => point.name === name)?.position;
}

/** The head of the column, where the point is chosen. */
export function ReferenceHead() {
  const { name } = useReferencePoint();
  const structures = useDocument((state) => state.document?.structures);
  const points = structures === undefined ? [] : pointsOf(structures);
  return (
    <span className="reference-head">
      Gy at{' '}
      <select
        aria-label="reference point"
        value={name ?? ''}
        title={name ?? 'isocenter 1'}
        onChange={(event) =>
          useReferencePoint.setState({ name: event.target.value === '' ? null : event.target.value })
        }
      >
        <option value="">isocenter 1</option>
        {points.map((point) => (
          <option key={point.name}>{point.name}</option>
        ))}
      </select>
    </span>
  );
}

/** What a beam gives to the reference point in one fraction, and its share of all beams. */
export function ReferenceDose({
  plan,
  beam,
  structures,
}: {
  readonly plan: Plan;
  readonly beam: Beam;
  readonly structures: StructureSet;
}) {
  const { name } = useReferencePoint();
  const beamDoses = useDocument((state) => state.document?.beamDoses);
  const point = pointNow(plan, structures, name);
  if (beamDoses === undefined || point === undefined || plan.fractions <= 0) return '–';
  const doseOf = (number: number): number | undefined => {
    const dose = beamDoses.find(({ beamNumber, summation }) => beamNumber === number && summation === 'BEAM');
    const gray = dose && sampleAtPoint(dose, point, Number.NaN);
    return gray === undefined || Number.isNaN(gray) ? undefined : gray / plan.fractions;
  };
  const own = doseOf(beam.number);
  if (own === undefined) return <span title="no dose of this beam there">–</span>;
  const all = plan.beams.reduce((sum, { number }) => sum + (doseOf(number) ?? 0), 0);
  return (
    <span title={`${((100 * own) / all).toFixed(1)} % of ${all.toFixed(3)} Gy from all beams`}>{own.toFixed(3)}</span>
  );
}
