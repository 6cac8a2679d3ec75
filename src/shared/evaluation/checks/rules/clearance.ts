import { beamClearance, type Clearance, clearanceWords, couchUnder } from '../../../clearance/clearance.ts';
import { TYPICAL_CLEARANCE } from '../../../clearance/model.ts';
import { skinPoints } from '../../../clearance/skin.ts';
import { iecFromPatient } from '../../../geometry/iec.ts';
import type { Beam } from '../../../model/plan.ts';
import { beamLabel, type Rule } from '../facts.ts';
import { type Finding, notJudged, pass, warning } from '../outcome.ts';

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
      const skin = skinPoints({ rois: facts.rois });
      return beams.flatMap((beam): Finding[] => {
        const stated = facts.machineOf(beam)?.clearance;
        const model = stated ?? TYPICAL_CLEARANCE;
        const found = beamClearance(beam, { skin, couch: couchUnder(skin, model, iec) }, model, iec);
        return found === undefined ? [] : [judged(beam, found, model.margin, stated !== undefined)];
      });
    },
  },
];

function judged(beam: Beam, found: Clearance, margin: number, stated: boolean): Finding {
  const sizes = stated ? '' : ' (typical sizes: the machine states none)';
  const words = `${beamLabel(beam)}: ${clearanceWords(found)}${sizes}`;
  const place = { beam: beam.number, point: found.at };
  return found.distance < margin
    ? warning(found.distance <= 0 ? words : `${words}, less than ${(margin / 10).toFixed(1)} cm`, place)
    : pass(words, place);
}
