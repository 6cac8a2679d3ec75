import { iecFromPatient, sourcePosition } from '../../../geometry/iec.ts';
import { normalize, subtract } from '../../../geometry/vec.ts';
import type { Roi } from '../../../model/structures.ts';
import { type PlanFacts, type Rule } from '../facts.ts';
import { fail, faultsOr, type Finding, notJudged, warning } from '../outcome.ts';

/** Nearer to the middle than this a side is not told, mm. */
const MIDDLE = 5;
/** Farther than this from the middle a target has a side that beams are expected from, mm. */
const LATERAL = 40;
/** Mean component of the directions that beams come from, −1 … 1, against the target's side. */
const AGAINST = 0.5;

type Side = 'left' | 'right';
const group = 'Structures';

export const LATERALITY_RULES: readonly Rule[] = [
  {
    id: 'laterality.names',
    group,
    title: 'What is called left lies left',
    check(facts) {
      const named = facts.rois.flatMap((roi) => {
        const side = sideOfName(roi.name);
        return side !== undefined && roi.contours.length > 0 ? [{ roi, side }] : [];
      });
      if (named.length === 0) return [];
      const middle = middleOf(facts);
      if (middle === undefined)
        return [notJudged('Whether left and right are named right was not judged: there is no body contour')];
      return faultsOr(
        named.flatMap(({ roi, side }) => wrongSide(facts, roi, side, middle)),
        `What is named left or right lies there: ${named.map(({ roi }) => roi.name).join(', ')}`,
      );
    },
  },
  {
    id: 'laterality.plan',
    group: 'Prescription',
    title: 'The plan is for the side of its name',
    check(facts) {
      const { plan } = facts.input;
      const { target } = facts;
      const side = sideOfName(plan.label) ?? sideOfName(plan.name ?? '');
      const middle = middleOf(facts);
      if (side === undefined || target === undefined || middle === undefined) return [];
      const x = centreOf(facts, target) - middle;
      const found: Side = x > 0 ? 'left' : 'right';
      const words = `Plan ${plan.label} is named for the ${side}, its target ${target.name} lies ${Math.abs(x).toFixed(0)} mm to the ${found}`;
      return faultsOr(Math.abs(x) > MIDDLE && found !== side ? [fail(words, { roi: target.number })] : [], words);
    },
  },
  {
    id: 'laterality.beams',
    group: 'Beams',
    title: 'Beams come from the side of the target',
    check(facts) {
      const { target, treatment } = facts;
      const middle = middleOf(facts);
      const iec = iecFromPatient(facts.input.plan.patientPosition);
      if (target === undefined || middle === undefined || iec === undefined || treatment.length === 0) return [];
      const x = centreOf(facts, target) - middle;
      if (Math.abs(x) < LATERAL) return [];
      let [sum, weight] = [0, 0];
      for (const { controlPoints, sourceAxisDistance, meterset = 1 } of treatment)
        for (const point of controlPoints) {
          const share = meterset / controlPoints.length;
          const [from] = normalize(
            subtract(sourcePosition(point, point.isocenter, sourceAxisDistance, iec), point.isocenter),
          );
          sum += share * from;
          weight += share;
        }
      const side: Side = x > 0 ? 'left' : 'right';
      const other: Side = x > 0 ? 'right' : 'left';
      const towards = (sum / weight) * Math.sign(x);
      return faultsOr(
        towards < -AGAINST
          ? [
              warning(
                `${target.name} lies ${Math.abs(x).toFixed(0)} mm to the ${side}, the beams come from the ${other}`,
                { roi: target.number },
              ),
            ]
          : [],
        `Beams do not come from the side opposite to ${target.name}`,
      );
    },
  },
];

/** The side that a name ends with, begins with or spells out; undefined for none, or both. L3 is a vertebra. */
function sideOfName(name: string): Side | undefined {
  const words = name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  const left = words.some((word) => ['l', 'lt', 'left', 'li', 'links'].includes(word));
  const right = words.some((word) => ['r', 'rt', 'right', 're', 'rechts'].includes(word));
  return left === right ? undefined : left ? 'left' : 'right';
}

/** LPS x of the middle of a structure: x grows to the patient's left, whatever the position (PS3.3 C.7.6.2.1.1). */
const centreOf = (facts: PlanFacts, roi: Roi): number => {
  const box = facts.boundsOf(roi);
  return box === undefined ? Number.NaN : (box.low[0] + box.high[0]) / 2;
};

const middleOf = (facts: PlanFacts): number | undefined =>
  facts.body === undefined ? undefined : centreOf(facts, facts.body);

/** Its twin on the other side tells more than the middle of a body that lies askew or holds an arm. */
function wrongSide(facts: PlanFacts, roi: Roi, side: Side, middle: number): Finding[] {
  const twin = facts.rois.find(
    (other) =>
      other.contours.length > 0 &&
      sideOfName(other.name) !== undefined &&
      sideOfName(other.name) !== side &&
      stem(other.name) === stem(roi.name),
  );
  const x = centreOf(facts, roi) - (twin === undefined ? middle : (centreOf(facts, twin) + centreOf(facts, roi)) / 2);
  const found: Side = x > 0 ? 'left' : 'right';
  if (Math.abs(x) < MIDDLE || found === side) return [];
  const against = twin === undefined ? 'of the middle of the body' : `of ${twin.name}`;
  return [fail(`${roi.name} is named for the ${side} and lies to the ${found} ${against}`, { roi: roi.number })];
}

const stem = (name: string): string =>
  name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => !['l', 'lt', 'left', 'li', 'links', 'r', 'rt', 'right', 're', 'rechts'].includes(word))
    .join(' ');
