import { sampleAtPoint } from '../../../geometry/volume.ts';
import type { Prescription } from '../../../model/plan.ts';
import type { PlanFacts, Rule } from '../facts.ts';
import { fail, faultsOr, type Finding, notJudged, pass, warning } from '../outcome.ts';

/** Gy in a fraction that photons are prescribed in, from twice-daily palliation to radiosurgery. */
const FRACTION: readonly [number, number] = [1, 25];
/** How far the dose may be from what it is normalised to, %: sampling of the histogram and rounding of monitor units; then a fault. */
const CLOSE = 0.5;
const WRONG = 2;

const group = 'Prescription';

export const PRESCRIPTION_RULES: readonly Rule[] = [
  {
    id: 'prescription.there',
    group,
    title: 'The plan has a prescription that adds up',
    check(facts) {
      const { prescription, fractions, label } = facts.input.plan;
      if (prescription === undefined)
        return [warning(`Plan ${label} has no prescription: neither target nor dose is stated`)];
      const { dose } = prescription;
      const { targetName } = facts;
      const each = dose / prescription.fractions;
      const faults: Finding[] = [];
      if (!(dose > 0)) faults.push(fail(`The prescribed dose of ${targetName} is ${dose} Gy`));
      if (!(fractions >= 1) || !Number.isInteger(fractions))
        faults.push(fail(`Plan ${label} has ${fractions} fractions`));
      if (prescription.fractions !== fractions)
        faults.push(
          fail(`The prescription is for ${prescription.fractions} fractions, the plan delivers ${fractions}`),
        );
      if (dose > 0 && !(each >= FRACTION[0] && each <= FRACTION[1]))
        faults.push(
          warning(`${each.toFixed(2)} Gy a fraction to ${targetName}, outside ${FRACTION[0]} to ${FRACTION[1]} Gy`),
        );
      return faultsOr(
        faults,
        `Prescribed to ${targetName}: ${fractions} × ${each.toFixed(2)} Gy = ${dose.toFixed(2)} Gy`,
      );
    },
  },
  {
    id: 'prescription.target',
    group,
    title: 'The target is in the structure set',
    check(facts) {
      const {
        input: { plan, structures },
        rois,
      } = facts;
      const { prescription } = plan;
      if (prescription === undefined) return [];
      if (structures === undefined)
        return [notJudged('Whether the target is contoured was not judged: there is no structure set')];
      const { targetRoiNumber, targetName } = prescription;
      const roi = targetRoiNumber > 0 ? rois.find(({ number }) => number === targetRoiNumber) : facts.target;
      if (roi === undefined)
        return [
          targetRoiNumber > 0
            ? fail(`The target ${targetName} (ROI ${targetRoiNumber}) is not in structure set ${structures.label}`)
            : warning(
                `The plan refers to no structure as its target, and none in ${structures.label} is called “${targetName}”`,
              ),
        ];
      const about = { roi: roi.number };
      if (roi.contours.length === 0) return [fail(`The target ${roi.name} has no contours`, about)];
      const faults: Finding[] = [];
      if (targetRoiNumber === 0)
        faults.push(warning(`The plan refers to no structure as its target: ${roi.name} is taken by its name`, about));
      if (targetName !== '' && roi.name !== targetName)
        faults.push(warning(`The prescription names its target ${targetName}, the structure set ${roi.name}`, about));
      if (!['PTV', 'CTV', 'GTV', ''].includes(roi.type))
        faults.push(warning(`The target ${roi.name} is of type ${roi.type}, not PTV, CTV or GTV`, about));
      return faultsOr(faults, `The target ${roi.name} is in structure set ${structures.label}`);
    },
  },
  {
    id: 'prescription.normalisation',
    group,
    title: 'The dose fulfils the normalisation',
    expensive: true,
    check: normalisation,
  },
];

function normalisation(facts: PlanFacts): readonly Finding[] {
  const { plan, dose, doseStale } = facts.input;
  const { prescription } = plan;
  if (prescription === undefined) return [];
  const { normalization } = prescription;
  const { targetName } = facts;
  if (dose === undefined || doseStale !== undefined)
    return [
      notJudged(
        `Whether ${normalization.kind} of ${targetName} is as prescribed was not judged: ${dose === undefined ? 'there is no dose' : 'the dose is stale'}`,
      ),
    ];
  if (normalization.kind === 'None') return [withoutNormalisation(facts, prescription)];
  const reached = metricOf(facts, prescription);
  if (reached === undefined)
    return [
      notJudged(
        `Whether ${normalization.kind} of ${targetName} is as prescribed was not judged: it has no contours here`,
      ),
    ];
  const wanted = (prescription.dose * normalization.percent) / 100;
  const off = 100 * (reached / wanted - 1);
  const words = `${normalization.kind} of ${targetName} is ${reached.toFixed(2)} Gy, prescribed ${wanted.toFixed(2)} Gy (${off < 0 ? '−' : '+'}${Math.abs(off).toFixed(1)} %`;
  const about = { roi: prescription.targetRoiNumber };
  if (Math.abs(off) > WRONG) return [fail(`${words}, more than ${WRONG} %)`, about)];
  if (Math.abs(off) > CLOSE) return [warning(`${words}, more than ${CLOSE} %)`, about)];
  return [pass(`${words})`, about)];
}

/** Per cent that the median dose of a target may be off where nothing is promised: beyond, the plan is another prescription's. */
const APART = 5;
const ELSEWHERE = 15;

/** Plans whose MU were optimised are normalised to nothing; their median dose still has to be near to what is prescribed. */
function withoutNormalisation({ targetName, targetDvh }: PlanFacts, { dose, targetRoiNumber }: Prescription): Finding {
  if (targetDvh === undefined)
    return notJudged(
      `The plan is not normalised, and ${targetName} has no contours here to see what it gets of ${dose} Gy`,
    );
  const median = targetDvh.doseAtVolume(50);
  const off = 100 * (median / dose - 1);
  const words = `The plan is not normalised; half of ${targetName} gets ${median.toFixed(2)} Gy, prescribed ${dose.toFixed(2)} Gy (${off < 0 ? '−' : '+'}${Math.abs(off).toFixed(1)} %`;
  const about = { roi: targetRoiNumber };
  if (Math.abs(off) > ELSEWHERE) return fail(`${words}, more than ${ELSEWHERE} %)`, about);
  if (Math.abs(off) > APART) return warning(`${words}, more than ${APART} %)`, about);
  return pass(`${words})`, about);
}

function metricOf(facts: PlanFacts, { normalization }: Prescription): number | undefined {
  const { dose } = facts.input;
  if (normalization.kind === 'Isocenter') {
    const [beam] = facts.treatment;
    return dose === undefined || beam === undefined
      ? undefined
      : sampleAtPoint(dose, beam.controlPoints[0].isocenter, 0);
  }
  const dvh = facts.targetDvh;
  if (dvh === undefined) return undefined;
  return normalization.kind === 'Mean' ? dvh.mean : dvh.doseAtVolume(normalization.kind === 'D95' ? 95 : 50);
}
