import { beamClearance, type Clearance, clearanceWords, couchUnder } from '../../../clearance/clearance.ts';
import { TYPICAL_CLEARANCE } from '../../../clearance/model.ts';
import { skinPoints } from '../../../clearance/skin.ts';
import { iecFromPatient } from '../../../geometry/iec.ts';
import type { Beam } from '../../../model/plan.ts';
import { beamLabel, type Rule } from '../facts.ts';
import { type Finding, notJudged, pass, warning } from '../outcome.ts';

/** mm. */
const CELL = 10;

/** A head that seems to meet somebody is a warning, no fault: sizes are a machine's outline, and the CT ends somewhere. */
export const CLEARANCE_RULES: readonly Rule[] = [
  {
    id: 'machine.clearance',
    group: 'Beams',
    title: 'The head passes patient and couch',
    expensive: true,
    check(facts) {
      const iec = iecFromPatient(facts.input.plan.patientPosition);
      const beams = facts.treatment.filter(({ controlPoints }) => controlPoints.length > 0);
      if (beams.length === 0) return [];
      if (facts.body === undefined || iec === undefined)
        return [
          notJudged(
            'Whether the head passes the patient was not judged: there is no body contour or no patient position',
          ),
        ];
      const skin = thinned(skinPoints({ rois: facts.rois }));
      return beams.flatMap((beam): Finding[] => {
        const stated = facts.machineOf(beam)?.clearance;
        const model = stated ?? TYPICAL_CLEARANCE;
        const found = beamClearance(beam, { skin, couch: couchUnder(skin, model, iec) }, model, iec);
        return found === undefined ? [] : [judged(beam, found, model.margin, stated !== undefined)];
      });
    },
  },
];

/** One point of each cell of `CELL` mm: a head of decimetres does not notice, and arcs look at every point from every angle. */
function thinned(points: Float32Array): Float32Array {
  const seen = new Set<string>();
  const kept: number[] = [];
  for (let n = 0; n + 2 < points.length; n += 3) {
    const [x, y, z] = [points[n], points[n + 1], points[n + 2]];
    const key = `${Math.round(x / CELL)},${Math.round(y / CELL)},${Math.round(z / CELL)}`;
    if (seen.has(key)) continue;
    seen.add(key);
    kept.push(x, y, z);
  }
  return Float32Array.from(kept);
}

function judged(beam: Beam, found: Clearance, margin: number, stated: boolean): Finding {
  const sizes = stated ? '' : ' (typical sizes: the machine states none)';
  const words = `${beamLabel(beam)}: ${clearanceWords(found)}${sizes}`;
  const place = { beam: beam.number, point: found.at };
  return found.distance < margin
    ? warning(found.distance <= 0 ? words : `${words}, less than ${(margin / 10).toFixed(1)} cm`, place)
    : pass(words, place);
}
