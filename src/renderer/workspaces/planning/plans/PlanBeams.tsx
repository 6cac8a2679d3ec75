import { placeText } from '#shared/geometry/fixed.ts';
import { selectBeam, useBeamView } from '#renderer/viewports/painters/beams/beamView.ts';
import { isocentersOf } from '#shared/dosimetry/plan/arrange/isocenters.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';

/** The beams of a plan under it, by isocenter where it has several; set-up fields are told apart, as they give no dose. */
export function PlanBeams({ plan }: { readonly plan: Plan }) {
  const selected = useBeamView((state) => state.selected);
  const isocenters = isocentersOf(plan);
  return (
    <ul className="plan-beams">
      {isocenters.map(({ isocenter, beams }, n) => (
        <li key={isocenter.join()}>
          {isocenters.length > 1 && (
            <span className="plan-isocenter" title="Isocenter x, y, z, mm (patient coordinates, LPS)">
              Iso {n + 1}: {placeText(isocenter)} mm
            </span>
          )}
          <ul>
            {beams.map((beam) => (
              <li key={beam.number}>
                <button
                  type="button"
                  className={`plan-beam ${beam.number === selected ? 'selected' : ''}`}
                  data-testid="plan-beam"
                  data-type={beam.deliveryType}
                  onClick={() => selectBeam(beam.number)}
                >
                  <span className="plan-beam-name">{beam.name}</span>
                  <span className="hint">{kindOf(beam)}</span>
                </button>
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ul>
  );
}

function kindOf({ deliveryType, type, radiationType, controlPoints }: Beam): string {
  if (deliveryType === 'SETUP') return 'set-up, no dose';
  if (deliveryType !== 'TREATMENT') return `${deliveryType.toLowerCase().replaceAll('_', ' ')}, no dose`;
  const [first, ...rest] = controlPoints;
  const isArc = rest.some(({ gantry }) => gantry !== first.gantry);
  const radiation = radiationType === 'PHOTON' ? 'MV' : `MeV ${radiationType.toLowerCase()}`;
  return `${isArc ? 'arc' : type === 'DYNAMIC' ? 'dynamic' : `${first.gantry.toFixed(0)}°`} · ${first.nominalEnergy} ${radiation}`;
}
