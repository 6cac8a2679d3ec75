import { doseRemarks } from '../../../dosimetry/standing/doseStanding.ts';
import { indexToPatient, patientToIndex } from '../../../geometry/volume.ts';
import type { Vec3 } from '../../../geometry/vec.ts';
import type { DoseVolume } from '../../../model/dose.ts';
import type { Roi } from '../../../model/structures.ts';
import type { PlanFacts, Rule } from '../facts.ts';
import { fail, faultsOr, type Finding, pass, warning } from '../outcome.ts';

/** Finest detail that a small target's histogram needs, mm; the volume that counts as small, cm³. */
const FINE_GRID = 3;
const SMALL_TARGET = 100;
/** Dose anywhere in the patient that has to be looked at, % of the prescription. */
const HOT = 115;

const group = 'Dose';

export const DOSE_RULES: readonly Rule[] = [
  {
    id: 'dose.there',
    group,
    title: 'There is a dose that stands for the plan',
    check({ input: { dose, doseStale, plan } }) {
      if (dose === undefined) return [fail(`Plan ${plan.label} has no dose`)];
      return faultsOr(
        doseRemarks(dose, doseStale).map(({ kind, title, reason }) =>
          kind === 'stale' || kind === 'approximate'
            ? fail(`${sentence(title)}: ${reason}`)
            : warning(`${sentence(title)}: ${reason}`),
        ),
        `The dose was made for this plan by ${dose.provenance?.engine} ${dose.provenance?.version}`,
      );
    },
  },
  {
    id: 'dose.belongs',
    group,
    title: 'The dose is that of plan and structure set',
    check({ input: { dose, plan, structures } }) {
      if (dose === undefined) return [];
      const faults: Finding[] = [];
      if (dose.frameOfReferenceUid !== plan.frameOfReferenceUid && plan.frameOfReferenceUid !== '')
        faults.push(fail('The dose lies in another frame of reference than the plan'));
      if (
        structures !== undefined &&
        structures.frameOfReferenceUid !== '' &&
        dose.frameOfReferenceUid !== structures.frameOfReferenceUid
      )
        faults.push(fail(`The dose lies in another frame of reference than structure set ${structures.label}`));
      if (dose.planUid !== undefined && dose.planUid !== plan.sopInstanceUid)
        if (dose.provenance?.basis === undefined)
          // A plan on screen gets its UID when it is stored: of our own doses the contents decide, which `dose.there` looks at.
          faults.push(fail('The dose names another plan than this one'));
      if (dose.summation !== 'PLAN' && dose.summation !== 'MULTI_PLAN')
        faults.push(warning(`The dose is that of ${dose.summation}, not of the whole plan`));
      if (dose.doseType !== 'PHYSICAL')
        faults.push(warning(`The dose is ${dose.doseType.toLowerCase()}, not physical dose`));
      return faultsOr(faults, 'The dose belongs to the plan and lies in its frame of reference');
    },
  },
  {
    id: 'dose.grid',
    group,
    title: 'Spacing of the dose grid',
    check(facts) {
      const { dose } = facts.input;
      if (dose === undefined) return [];
      const coarsest = Math.max(...dose.spacing);
      const { target } = facts;
      const volume = target === undefined ? undefined : facts.measure(target)?.volume;
      const words = `The dose grid has ${dose.spacing.map((mm) => mm.toFixed(1)).join(' × ')} mm`;
      if (target !== undefined && volume !== undefined && volume < SMALL_TARGET && coarsest > FINE_GRID + 1e-3)
        return [
          warning(`${words}, coarser than ${FINE_GRID} mm for ${target.name} of ${volume.toFixed(1)} cm³`, {
            roi: target.number,
          }),
        ];
      return [pass(words)];
    },
  },
  {
    id: 'dose.covers',
    group,
    title: 'The dose grid holds the structures',
    check(facts) {
      const { dose } = facts.input;
      if (dose === undefined) return [];
      const isAround = ({ type }: Roi): boolean => type === 'SUPPORT' || type === 'EXTERNAL';
      const contoured = facts.rois.filter(({ contours }) => contours.length > 0);
      const drawn = contoured.filter((roi) => !isAround(roi));
      const besides = contoured.filter(isAround).map(({ name }) => name);
      return faultsOr(
        drawn.flatMap((roi): Finding[] => {
          const away = beyond(facts, roi, dose);
          if (away < 0.5) return [];
          const isTarget = roi.number === facts.target?.number;
          const words = `${roi.name} leaves the dose grid by ${away.toFixed(0)} mm: what lies outside counts as without dose`;
          return [isTarget ? fail(words, { roi: roi.number }) : warning(words, { roi: roi.number })];
        }),
        `All ${drawn.length} structures with contours${besides.length === 0 ? '' : ` besides ${besides.join(', ')}`} lie within the dose grid`,
      );
    },
  },
  {
    id: 'dose.maximum',
    group,
    title: 'The maximum of the dose',
    check({ input: { dose, plan } }) {
      const prescribed = plan.prescription?.dose;
      if (dose === undefined || prescribed === undefined || !(prescribed > 0)) return [];
      let [top, at] = [0, 0];
      for (let n = 0; n < dose.data.length; n++) if (dose.data[n] > top) [top, at] = [dose.data[n], n];
      if (top === 0) return [fail('The dose is 0 everywhere')];
      const percent = (100 * top) / prescribed;
      const words = `The dose maximum is ${top.toFixed(2)} Gy, ${percent.toFixed(0)} % of the prescription`;
      const place = { point: pointOf(dose, at) };
      return [percent > HOT ? warning(`${words}, more than ${HOT} %`, place) : pass(words, place)];
    },
  },
];

const sentence = (title: string): string => title[0] + title.slice(1).toLowerCase();

const pointOf = (dose: DoseVolume, n: number): Vec3 => {
  const [nx, ny] = dose.dims;
  return indexToPatient(dose, [n % nx, Math.floor(n / nx) % ny, Math.floor(n / (nx * ny))]);
};

/** How far the farthest vertex of an ROI lies outside a grid whose voxels reach half a spacing beyond their centres, mm. */
function beyond(facts: PlanFacts, roi: Roi, dose: DoseVolume): number {
  const box = facts.boundsOf(roi);
  if (box === undefined) return 0;
  let farthest = 0;
  // The box's corners first: what holds them holds everything. Oblique grids may not, and then every vertex is looked at.
  const corners = [0, 1, 2, 3, 4, 5, 6, 7].map((n) =>
    [0, 1, 2].map((axis) => ((n >> axis) & 1 ? box.high : box.low)[axis]),
  );
  if (corners.every(([x, y, z]) => outsideBy(dose, x, y, z) < 0.5)) return 0;
  for (const { points } of roi.contours)
    for (let n = 0; n < points.length; n += 3)
      farthest = Math.max(farthest, outsideBy(dose, points[n], points[n + 1], points[n + 2]));
  return farthest;
}

function outsideBy(dose: DoseVolume, x: number, y: number, z: number): number {
  const index = patientToIndex(dose, [x, y, z]);
  return Math.max(0, ...index.map((at, axis) => Math.max(-0.5 - at, at - dose.dims[axis] + 0.5) * dose.spacing[axis]));
}
