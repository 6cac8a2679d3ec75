import { IsocenterError } from '../../../contract/errors.ts';
import { tg263NameFor } from '../../../structures/sets/tg263.ts';
import { type ContourStack, isClosed } from '../../../structures/contours/stack.ts';
import type { Roi } from '../../../model/structures.ts';
import type { PlanFacts, Rule } from '../facts.ts';
import { fail, faultsOr, type Finding, notJudged, pass, warning } from '../outcome.ts';

/** A gap between planes wider than this many spacings is a slice that was left out. */
const GAP = 1.5;
/** TG-263: names of at most 16 characters go through every system. */
const NAME = 16;
const VOLUMES = new Set(['PTV', 'CTV', 'GTV', 'ORGAN', 'AVOIDANCE', 'EXTERNAL', '']);

const group = 'Structures';
const about = ({ number }: Roi): { roi: number } => ({ roi: number });

export const STRUCTURE_RULES: readonly Rule[] = [
  {
    id: 'structures.body',
    group,
    title: 'There is one body contour',
    check({ input: { structures }, rois }) {
      if (structures === undefined) return [notJudged('Structures were not judged: there is no structure set')];
      const bodies = rois.filter(({ type, contours }) => type === 'EXTERNAL' && contours.length > 0);
      if (bodies.length === 0) return [fail(`Structure set ${structures.label} has no body contour (type EXTERNAL)`)];
      if (bodies.length > 1)
        return [
          warning(
            `Structure set ${structures.label} has ${bodies.length} body contours: ${bodies.map(({ name }) => name).join(', ')}`,
          ),
        ];
      return [pass(`The body contour is ${bodies[0].name}`, about(bodies[0]))];
    },
  },
  {
    id: 'structures.couch',
    group,
    title: 'The couch is contoured',
    check({ input: { structures }, rois, treatment }) {
      if (structures === undefined || treatment.length === 0) return [];
      const couch = rois.filter(
        ({ type, name, contours }) => contours.length > 0 && (type === 'SUPPORT' || /couch|table/i.test(name)),
      );
      if (couch.length === 0)
        return [
          warning('No couch is contoured (type SUPPORT): what it takes from beams through it is not in the dose'),
        ];
      const bare = couch.filter(({ density }) => density === undefined);
      return bare.length > 0
        ? [
            warning(
              `${bare.map(({ name }) => name).join(', ')} ${bare.length === 1 ? 'has' : 'have'} no density: the CT’s values count there, inside the body only`,
              about(bare[0]),
            ),
          ]
        : [pass(`The couch is contoured: ${couch.map(({ name }) => name).join(', ')}`)];
    },
  },
  {
    id: 'structures.empty',
    group,
    title: 'Structures have contours',
    check: ({ rois }) =>
      rois.length === 0
        ? []
        : faultsOr(
            rois
              .filter(({ contours }) => contours.length === 0)
              .map((roi) => warning(`${roi.name} has no contours`, about(roi))),
            `All ${rois.length} structures have contours`,
          ),
  },
  {
    id: 'structures.gaps',
    group,
    title: 'Structures have no missing slices',
    check(facts) {
      const drawn = facts.rois.filter(({ contours, type }) => VOLUMES.has(type) && contours.some(isClosed));
      if (drawn.length === 0) return [];
      return faultsOr(
        drawn.flatMap((roi) => gapsOf(facts, roi)),
        `No slice is missing within ${drawn.length} structures`,
      );
    },
  },
  {
    id: 'structures.duplicates',
    group,
    title: 'Names are given once',
    check({ rois }) {
      if (rois.length === 0) return [];
      const byName = new Map<string, Roi[]>();
      for (const roi of rois) {
        const key = roi.name.trim().toLowerCase();
        byName.set(key, [...(byName.get(key) ?? []), roi]);
      }
      return faultsOr(
        [...byName.values()]
          .filter((same) => same.length > 1)
          .map((same) =>
            warning(
              `${same.length} structures are called ${same.map(({ name }) => name).join(' and ')}`,
              about(same[1]),
            ),
          ),
        'No two structures share a name',
      );
    },
  },
  {
    id: 'structures.naming',
    group,
    title: 'Names follow TG-263',
    check({ rois }) {
      if (rois.length === 0) return [];
      return faultsOr(
        rois.flatMap((roi): Finding[] => {
          const meant = tg263NameFor(roi.name);
          if (meant !== undefined) return [warning(`${roi.name} is called ${meant} in TG-263`, about(roi))];
          return roi.name.length > NAME
            ? [warning(`The name ${roi.name} has ${roi.name.length} characters, TG-263 allows ${NAME}`, about(roi))]
            : [];
        }),
        'No structure has a name for which TG-263 knows another',
      );
    },
  },
];

function gapsOf(facts: PlanFacts, roi: Roi): Finding[] {
  let stack: ContourStack;
  try {
    stack = facts.stackOf(roi);
  } catch (error) {
    if (!(error instanceof IsocenterError)) throw error;
    return [notJudged(`Slices of ${roi.name} were not judged: ${error.message}`, about(roi))];
  }
  const { planes, spacing } = stack;
  if (planes.length === 1) return [warning(`${roi.name} is contoured on one slice only`, about(roi))];
  const gaps = planes.slice(1).flatMap((plane, n) => {
    const gap = plane.offset - planes[n].offset;
    return gap > GAP * spacing ? [{ gap, at: planes[n].offset }] : [];
  });
  if (gaps.length === 0) return [];
  const [{ gap, at }] = gaps;
  const { points } = planes.find(({ offset }) => offset === at)!.contours[0];
  return [
    warning(
      `${roi.name}: ${gap.toFixed(1)} mm without contours at ${at.toFixed(1)} mm, its slices are ${spacing.toFixed(1)} mm apart${gaps.length === 1 ? '' : `, and ${gaps.length - 1} more such gaps`}`,
      { roi: roi.number, point: [points[0], points[1], points[2]] },
    ),
  ];
}
