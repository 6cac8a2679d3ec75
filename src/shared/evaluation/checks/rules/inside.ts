import { dot, type Vec3 } from '../../../geometry/vec.ts';
import type { Roi } from '../../../model/structures.ts';
import { ringsAt } from '../../../structures/contours/boolean.ts';
import { areaOf, combineRings, normaliseRings } from '../../../structures/contours/rings.ts';
import { isClosed, stackPoint } from '../../../structures/contours/stack.ts';
import type { PlanFacts, Rule } from '../facts.ts';
import { faultsOr, type Finding, notJudged, warning } from '../outcome.ts';

/** Less than this lies outside by the roughness of contours, cm³. */
const LEAST = 0.1;
const WITHIN = new Set(['PTV', 'CTV', 'GTV', 'ORGAN', 'AVOIDANCE', '']);
const COUCH = /couch|table/i;

export const INSIDE_RULES: readonly Rule[] = [
  {
    id: 'structures.inside',
    group: 'Structures',
    title: 'Targets and organs lie in the body',
    expensive: true,
    check(facts) {
      const { body, rois } = facts;
      if (body === undefined) return [];
      const drawn = rois.filter(
        ({ name, type, contours }) => WITHIN.has(type) && !COUCH.test(name) && contours.some(isClosed),
      );
      if (drawn.length === 0) return [];
      return faultsOr(
        drawn.flatMap((roi) => outsideBody(facts, roi, body)),
        `No more than ${LEAST} cm³ of any of ${drawn.length} structures lie outside ${body.name}`,
      );
    },
  },
];

/** What of an ROI lies outside the body, plane by plane, where there is no dose to it. */
function outsideBody(facts: PlanFacts, roi: Roi, body: Roi): Finding[] {
  const [stack, around] = [facts.stackOf(roi), facts.stackOf(body)];
  if (dot(stack.normal, around.normal) < 1 - 1e-6)
    return [
      notJudged(`Whether ${roi.name} lies in ${body.name} was not judged: their planes are not parallel`, {
        roi: roi.number,
      }),
    ];
  let volume = 0;
  let most: { readonly part: number; readonly point: Vec3 } | undefined;
  for (const { rings, offset, low, high } of stack.planes) {
    const left = normaliseRings(combineRings('subtract', rings, ringsAt(around, offset)));
    const part = (areaOf(left) * (high - low)) / 1000;
    volume += part;
    if (part > (most?.part ?? 0)) most = { part, point: stackPoint(stack, left[0][0], left[0][1], offset) };
  }
  return volume < LEAST || most === undefined
    ? []
    : [
        warning(`${volume.toFixed(1)} cm³ of ${roi.name} lie outside ${body.name}, where no dose is computed`, {
          roi: roi.number,
          point: most.point,
        }),
      ];
}
