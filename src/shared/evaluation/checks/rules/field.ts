import { isModulated } from '../../../dosimetry/beam/modulated.ts';
import { targetOutline } from '../../../dosimetry/plan/aperture/aperture.ts';
import type { PathsD } from 'clipper2-ts';
import { bldFromPatient, iecFromPatient, projectToIsocenterPlane } from '../../../geometry/iec.ts';
import type { Beam, ControlPoint } from '../../../model/plan.ts';
import type { Contour, Roi } from '../../../model/structures.ts';
import { beamLabel, type PlanFacts, type Rule } from '../facts.ts';
import {
  areaOf,
  clearance,
  jawOpening,
  leafPairs,
  openingAt,
  outside,
  rectangle,
  wholeOpening,
  WIDEST,
} from '../openings.ts';
import { fail, faultsOr, type Finding, notJudged, pass, warning } from '../outcome.ts';
import { besideLimit } from '../words.ts';

/** Below this the penumbra reaches into the target: half of what the apertures of new beams leave, mm. */
const LEAST_MARGIN = 3;
/** A target counts as within a field when no more than this of its outline is covered, % of area. */
const COVERED = 1;
/** The same where gantry or leaves move or segments differ: parts of a target in turn are what is wanted. */
const MODULATED = 50;
/** TRS-483 and AAPM TG-155 speak of small fields below 30 mm in megavoltage photon beams, mm. */
const SMALL = 30;
/** A pair that is no further open than this is closed, mm. */
const CLOSED = 5;
/** How far a closed pair's gap must lie within the jaws to count, mm. */
const INSIDE = 2;
/** Opening of leaves that the jaws cover, of all that the leaves open, %. */
const BEHIND_JAWS = 10;
/** Directions of an arc at which the target is looked at. */
const LOOKS = 12;

const group = 'Fields';

export const FIELD_RULES: readonly Rule[] = [
  { id: 'field.target', group, title: 'The target lies within the fields', check: targetInFields },
  {
    id: 'field.margin',
    group,
    title: 'Room between the target and the edges of static fields of one opening',
    check: (facts) =>
      conformal(facts).flatMap((beam) => {
        const { target } = facts;
        const place = { beam: beam.number };
        const iec = iecFromPatient(facts.input.plan.patientPosition);
        if (target === undefined || iec === undefined) return [];
        const open = wholeOpening(beam);
        const outline = outlineAt(target, beam, beam.controlPoints[0], facts);
        if (open.length === 0 || areaOf(outside(outline, open)) > 0.01 * areaOf(outline)) return [];
        const margin = clearance(outline, open);
        const words = `${beamLabel(beam)} leaves ${besideLimit(margin, LEAST_MARGIN, 1)} mm round ${target.name} where it is nearest to the edge`;
        return margin < LEAST_MARGIN
          ? [warning(`${words}, less than ${LEAST_MARGIN} mm`, place)]
          : [pass(words, place)];
      }),
  },
  {
    id: 'field.size',
    group,
    title: 'Field sizes',
    check: ({ treatment }) =>
      faultsOr(
        treatment.flatMap((beam): Finding[] => {
          const sides = beam.controlPoints.map((point) => {
            const [x1, x2, y1, y2] = jawOpening(point);
            return Math.min(x2 - x1, y2 - y1);
          });
          const least = Math.min(...sides);
          if (!(least < SMALL)) return [];
          const place = { beam: beam.number };
          return least <= 0
            ? [fail(`${beamLabel(beam)}: the jaws are closed (${least.toFixed(1)} mm)`, place)]
            : [
                warning(
                  `${beamLabel(beam)} is ${besideLimit(least, SMALL)} mm wide: a small field (below ${SMALL} mm), for which output is less sure`,
                  place,
                ),
              ];
        }),
        `No field is narrower than ${SMALL} mm`,
      ),
  },
  {
    id: 'field.jaws',
    group,
    title: 'Leaves open within the jaws',
    check(facts) {
      const beams = statics(facts).filter((beam) => leafPairs(beam, beam.controlPoints[0]).length > 0);
      if (beams.length === 0) return [];
      return faultsOr(
        beams.flatMap((beam): Finding[] => {
          const hidden = Math.max(...beam.controlPoints.map((point) => behindJaws(beam, point)));
          return hidden > BEHIND_JAWS
            ? [
                warning(
                  `${beamLabel(beam)}: jaws cover ${besideLimit(hidden, BEHIND_JAWS)} % of what the leaves open, more than ${BEHIND_JAWS} %`,
                  { beam: beam.number },
                ),
              ]
            : [];
        }),
        'What the leaves of the static fields open lies within the jaws',
      );
    },
  },
  {
    id: 'field.leafGap',
    group,
    title: 'Closed leaves do not meet in the open field',
    check(facts) {
      const beams = conformal(facts).filter((beam) => leafPairs(beam, beam.controlPoints[0]).length > 0);
      if (beams.length === 0) return [];
      return faultsOr(
        beams.flatMap((beam): Finding[] => {
          const gaps = Math.max(...beam.controlPoints.map((point) => gapsInField(beam, point)));
          return gaps > 0
            ? [
                warning(
                  `${beamLabel(beam)}: ${gaps} closed leaf pair${gaps === 1 ? '' : 's'} meet between the jaws, where the gap between the ends leaks`,
                  { beam: beam.number },
                ),
              ]
            : [];
        }),
        'Closed leaf pairs of the static fields meet behind the jaws',
      );
    },
  },
];

/** Neither gantry nor couch turns. */
const isStill = ({ controlPoints }: Beam): boolean =>
  controlPoints.every(({ gantry, couch }) => gantry === controlPoints[0].gantry && couch === controlPoints[0].couch);

/** Treatment beams whose leaves stand while they are on, segments of a field-in-field among them. */
const statics = ({ treatment }: PlanFacts): readonly Beam[] =>
  treatment.filter((beam) => beam.controlPoints.length > 0 && isStill(beam) && beam.type === 'STATIC');

/** Those of one opening, which is shaped to the target: segments end within it, and their leaves meet where they may. */
const conformal = (facts: PlanFacts): readonly Beam[] => statics(facts).filter((beam) => !isModulated(beam));

/** Outlines by contours and direction: both are immutable, and an edit of one beam leaves the others' as they are. */
const outlines = new WeakMap<readonly Contour[], Map<string, PathsD>>();

function outlineAt({ contours }: Roi, beam: Beam, point: ControlPoint, { input }: PlanFacts): PathsD {
  const { patientPosition } = input.plan;
  const { gantry, collimator, couch, isocenter } = point;
  const key = [gantry, collimator, couch, ...isocenter, beam.sourceAxisDistance, patientPosition].join(' ');
  const ofTarget = outlines.get(contours) ?? new Map<string, PathsD>();
  outlines.set(contours, ofTarget);
  // A dragged gantry would leave an outline at every degree.
  if (ofTarget.size > 200) ofTarget.clear();
  const outline =
    ofTarget.get(key) ??
    targetOutline(contours, point, isocenter, beam.sourceAxisDistance, iecFromPatient(patientPosition)!, 0);
  ofTarget.set(key, outline);
  return outline;
}

function targetInFields(facts: PlanFacts): readonly Finding[] {
  const { target, treatment } = facts;
  const { prescription, patientPosition } = facts.input.plan;
  if (treatment.length === 0) return [];
  if (target === undefined)
    return [
      notJudged(
        `Whether the fields hold the target was not judged: ${prescription === undefined ? 'the plan has no prescription' : `${facts.targetName} has no contours here`}`,
      ),
    ];
  if (iecFromPatient(patientPosition) === undefined)
    return [
      notJudged(
        `Whether the fields hold ${target.name} was not judged: patient position “${patientPosition}” is not supported`,
      ),
    ];
  const covered = treatment.map((beam) => ({ beam, share: coveredShare(beam, target, facts) }));
  if (covered.every(({ share }) => share > 99))
    return [fail(`${target.name} lies in the field of no beam`, { roi: target.number, beam: treatment[0].number })];
  const faults = covered.flatMap(({ beam, share }): Finding[] => {
    const place = { beam: beam.number };
    if (share > 99) return [warning(`${beamLabel(beam)} misses ${target.name}`, place)];
    const most = isOpenField(beam) ? COVERED : MODULATED;
    return share > most
      ? [
          warning(
            `${beamLabel(beam)} shields ${besideLimit(share, most)} % of ${target.name}, more than ${most} %`,
            place,
          ),
        ]
      : [];
  });
  return faultsOr(
    faults,
    `${target.name} lies in the opening of every field${treatment.every(isOpenField) ? '' : `; of modulated ones to ${MODULATED} %, all segments together, of arcs by the jaws`}`,
  );
}

const isOpenField = (beam: Beam): boolean => isStill(beam) && beam.type === 'STATIC' && !isModulated(beam);

/** Per cent of the target that a beam never opens to: of its outline's area; for a turning gantry of its vertices, by jaws alone, the mean of some directions. */
function coveredShare(beam: Beam, target: Roi, facts: PlanFacts): number {
  if (isStill(beam)) {
    const outline = outlineAt(target, beam, beam.controlPoints[0], facts);
    return (100 * areaOf(outside(outline, wholeOpening(beam)))) / areaOf(outline);
  }
  const step = Math.max(1, Math.floor(beam.controlPoints.length / LOOKS));
  const looks = beam.controlPoints.filter((_, n) => n % step === 0);
  return looks.reduce((sum, point) => sum + verticesCovered(target, beam, point, facts), 0) / looks.length;
}

/** Per cent of the target's vertices that the jaws cover. */
function verticesCovered({ contours }: Roi, beam: Beam, point: ControlPoint, { input }: PlanFacts): number {
  const bld = bldFromPatient(point, point.isocenter, iecFromPatient(input.plan.patientPosition));
  const [x1, x2, y1, y2] = jawOpening(point);
  let [all, covered] = [0, 0];
  for (const { points } of contours)
    for (let n = 0; n < points.length; n += 3) {
      const at = projectToIsocenterPlane(bld, beam.sourceAxisDistance, [points[n], points[n + 1], points[n + 2]]);
      all++;
      if (at === undefined || at[0] < x1 || at[0] > x2 || at[1] < y1 || at[1] > y2) covered++;
    }
  return (100 * covered) / all;
}

function behindJaws(beam: Beam, point: ControlPoint): number {
  const wide: ControlPoint = {
    ...point,
    positions: {
      ...point.positions,
      X: [-WIDEST, WIDEST],
      Y: [-WIDEST, WIDEST],
      ASYMX: [-WIDEST, WIDEST],
      ASYMY: [-WIDEST, WIDEST],
    },
  };
  const bare: Beam = { ...beam, blocks: [] };
  // Pairs that are closed everywhere else lie parked behind the jaws, which is where they belong.
  const leaves = openingAt({ ...bare }, withoutClosed(bare, wide));
  const all = areaOf(leaves);
  return all === 0 ? 0 : (100 * areaOf(outside(leaves, [rectangle(...jawOpening(point))]))) / all;
}

function withoutClosed(beam: Beam, point: ControlPoint): ControlPoint {
  const positions = { ...point.positions };
  for (const { type, leafBoundaries } of beam.devices) {
    const ends = positions[type];
    if (!type.startsWith('MLC') || ends === undefined || leafBoundaries === undefined) continue;
    const pairs = leafBoundaries.length - 1;
    positions[type] = ends.map((end, n) => (ends[(n % pairs) + pairs] - ends[n % pairs] <= CLOSED ? 0 : end));
  }
  return { ...point, positions };
}

/** Closed pairs of which the gap lies well within the jaws. */
function gapsInField(beam: Beam, point: ControlPoint): number {
  const [x1, x2, y1, y2] = jawOpening(point);
  return leafPairs(beam, point).filter(({ low, high, from, to, alongX }) => {
    if (to - from > CLOSED) return false;
    const [a1, a2, b1, b2] = alongX ? [x1, x2, y1, y2] : [y1, y2, x1, x2];
    const middle = (from + to) / 2;
    return middle > a1 + INSIDE && middle < a2 - INSIDE && Math.min(high, b2) - Math.max(low, b1) > INSIDE;
  }).length;
}
