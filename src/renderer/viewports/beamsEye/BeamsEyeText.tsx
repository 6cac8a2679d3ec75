import { jawsOf } from '#shared/beamsEye/opening.ts';
import { equivalentSquares } from '#shared/beamsEye/lightField.ts';
import { fixed } from '#shared/geometry/fixed.ts';
import { personName } from '#shared/dicom/personName.ts';
import { useDocument } from '#renderer/document/store.ts';
import { useContourView } from '../painters/contours/contourView.ts';
import { css } from '../painters/ink.ts';
import { distancesAt } from './beamSkin.ts';
import { useBeamsEye } from './beamsEyeStore.ts';
import type { ShownBeam } from './shownBeam.ts';

const degrees = (value: number): string => `${fixed(value, 1)}°`;
const mm = (value: number): string => fixed(value, 1).replace('-', '−');

/** Who, which beam, and its numbers, over the beam's-eye view. */
export function BeamsEyeText({ shown }: { readonly shown: ShownBeam }) {
  const { plan, beam, control, index } = shown;
  const patient = useDocument((state) => state.document?.patient);
  const rois = useDocument((state) => state.document?.structures.rois);
  const hidden = useContourView((state) => state.hidden);
  const structures = useBeamsEye((state) => state.structures);
  const jaws = jawsOf(control);
  const drawn = structures
    ? (rois ?? []).filter(({ number, contours }) => contours.length > 0 && !hidden.has(number))
    : [];
  return (
    <div className="plane-text beams-eye-text" data-testid="beams-eye-text">
      <div className="corner top-left">
        <span>{personName(patient?.patientName ?? '') || '(no name)'}</span>
        <span>ID {patient?.patientId || '(none)'}</span>
        <span>
          {plan.label} · <strong data-testid="beams-eye-beam">{beam.name}</strong>
          {beam.controlPoints.length > 2 && ` · control point ${index + 1} of ${beam.controlPoints.length}`}
        </span>
        <span>
          {beam.machine} · {control.nominalEnergy} MV
        </span>
      </div>
      <div className="corner top-right">
        <span>Gantry {degrees(control.gantry)}</span>
        <span>Collimator {degrees(control.collimator)}</span>
        <span>Couch {degrees(control.couch)}</span>
        {jaws !== undefined && (
          <>
            <span>
              X1 {mm(jaws[0])} X2 {mm(jaws[1])} mm
            </span>
            <span>
              Y1 {mm(jaws[2])} Y2 {mm(jaws[3])} mm
            </span>
            <span>
              Field {mm(jaws[1] - jaws[0])} × {mm(jaws[3] - jaws[2])} mm
            </span>
          </>
        )}
        <Surface shown={shown} />
      </div>
      <div className="corner bottom-left beams-eye-legend">
        {drawn.map(({ number, name, color }) => (
          <span key={number} style={{ color: css(color) }}>
            {name}
          </span>
        ))}
      </div>
    </div>
  );
}

/** A stated distance that is further than this from the computed one is called out, mm. */
const AGREES = 1;

/** Source–surface distance on the axis, to what lies on the skin too, against what the plan states; and the field as squares. */
function Surface({ shown }: { readonly shown: ShownBeam }) {
  const structures = useDocument((state) => state.document?.structures);
  const { control, beam } = shown;
  const found = structures === undefined ? undefined : distancesAt(shown, structures);
  const squares = equivalentSquares(beam, control);
  const stated = control.sourceToSurface;
  const skin = found === undefined || found.skin.cut ? undefined : found.skin.distance;
  return (
    <>
      <span data-testid="beams-eye-ssd">
        SSD{' '}
        {skin === undefined
          ? found === undefined
            ? '– (no BODY on the axis)'
            : '– (axis enters where the scan ends)'
          : `${mm(skin)} mm`}
      </span>
      {found !== undefined && found.outer.distance < found.skin.distance - 0.05 && (
        <span>to bolus {mm(found.outer.distance)} mm</span>
      )}
      {stated !== undefined && skin !== undefined && Math.abs(stated - skin) > AGREES && (
        <span className="tilted">plan states {mm(stated)} mm</span>
      )}
      <span>
        Eq. square {squares.jaws === undefined ? '' : `jaws ${mm(squares.jaws)}, `}open {mm(squares.opening)} mm
      </span>
    </>
  );
}
