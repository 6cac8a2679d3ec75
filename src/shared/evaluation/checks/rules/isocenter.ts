import { placeText } from '../../../geometry/fixed.ts';
import { dot, length, subtract, type Vec3 } from '../../../geometry/vec.ts';
import type { Roi } from '../../../model/structures.ts';
import { isInside } from '../../../structures/contours/rings.ts';
import { beamLabel, type PlanFacts, type Rule } from '../facts.ts';
import { fail, faultsOr, type Finding, notJudged, pass, warning } from '../outcome.ts';

/** Isocenters nearer than this are one, mm. */
const SAME = 0.05;
/** To which couches are driven, mm. */
const STEP = 0.1;
/** From here to the target's centre a set-up error of angle becomes one of millimetres, mm. */
const FAR = 100;

const group = 'Beams';
const place = ([x, y, z]: Vec3): string => `(${x.toFixed(1)}, ${y.toFixed(1)}, ${z.toFixed(1)}) mm`;

export const ISOCENTER_RULES: readonly Rule[] = [
  {
    id: 'isocenter.one',
    group,
    title: 'Beams share one isocenter',
    check(facts) {
      const found = isocenters(facts);
      if (found.length === 0) return [];
      if (found.length === 1)
        return [pass(`All treatment beams turn about ${place(found[0].at)}`, { point: found[0].at })];
      return [
        warning(
          `The plan has ${found.length} isocenters, with couch moves between them: ${found.map(({ at, beams }) => `${place(at)} for ${beams.join(', ')}`).join('; ')}`,
          { point: found[1].at },
        ),
      ];
    },
  },
  {
    id: 'isocenter.still',
    group,
    title: 'The isocenter stays where it is during a beam',
    check: ({ treatment }) =>
      treatment
        .filter(({ controlPoints }) =>
          controlPoints.some((point) => length(subtract(point.isocenter, controlPoints[0].isocenter)) > SAME),
        )
        .map((beam) => warning(`${beamLabel(beam)}: the isocenter moves while the beam is on`, { beam: beam.number })),
  },
  {
    id: 'isocenter.body',
    group,
    title: 'Isocenters lie in the patient',
    check(facts) {
      const { body } = facts;
      if (body === undefined)
        return isocenters(facts).length === 0
          ? []
          : [notJudged('Whether isocenters lie in the patient was not judged: there is no body contour')];
      return isocenters(facts).map(({ at, beams }) =>
        holds(facts, body, at)
          ? pass(`The isocenter of ${beams.join(', ')} lies in ${body.name}`, { point: at })
          : fail(`The isocenter of ${beams.join(', ')} at ${place(at)} lies outside ${body.name}`, { point: at }),
      );
    },
  },
  {
    id: 'isocenter.decimals',
    group,
    title: 'Isocenters are given to what a couch can be driven to',
    check: (facts) =>
      isocenters(facts).length === 0
        ? []
        : faultsOr(
            isocenters(facts)
              .filter(({ at }) => at.some((value) => Math.abs(value / STEP - Math.round(value / STEP)) > 0.01))
              .map(({ at, beams }) =>
                warning(
                  `The isocenter of ${beams.join(', ')} is given as (${placeText(at, 3)}) mm, finer than the ${STEP} mm a couch is driven to`,
                  { point: at },
                ),
              ),
            `Isocenters are given to ${STEP} mm`,
          ),
  },
  {
    id: 'isocenter.target',
    group,
    title: 'Isocenters lie near the target',
    check(facts) {
      const { target } = facts;
      const centre = target === undefined ? undefined : facts.measure(target)?.centroid;
      if (target === undefined || centre === undefined) return [];
      return isocenters(facts).map(({ at, beams }): Finding => {
        const away = length(subtract(at, centre));
        const words = `The isocenter of ${beams.join(', ')} lies ${away.toFixed(0)} mm from the centre of ${target.name}`;
        return away > FAR ? warning(`${words}, more than ${FAR} mm`, { point: at }) : pass(words, { point: at });
      });
    },
  },
];

interface Isocenter {
  readonly at: Vec3;
  readonly beams: string[];
}

function isocenters({ treatment }: PlanFacts): readonly Isocenter[] {
  const found: Isocenter[] = [];
  for (const { name, controlPoints } of treatment) {
    if (controlPoints.length === 0) continue;
    const at = controlPoints[0].isocenter;
    const known = found.find((one) => length(subtract(one.at, at)) <= SAME);
    if (known === undefined) found.push({ at, beams: [name] });
    else known.beams.push(name);
  }
  return found;
}

/** Whether a point lies within an ROI's contours. */
function holds(facts: PlanFacts, roi: Roi, point: Vec3): boolean {
  const { planes, u, v, normal } = facts.stackOf(roi);
  const w = dot(point, normal);
  const plane = planes.find(({ low, high }) => w >= low && w < high);
  return plane !== undefined && isInside(plane.rings, dot(point, u), dot(point, v));
}
