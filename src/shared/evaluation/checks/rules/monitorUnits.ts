import { checkStoredDose, type StoredDose } from '../../../dosimetry/plan/storedCheck.ts';
import type { Machine } from '../../../dosimetry/machine/machine.ts';
import { calibrationOfScanner, machineByName } from '../../../dosimetry/machine/machines.ts';
import { isModulated } from '../../../dosimetry/beam/modulated.ts';
import type { CompositeMuCheck, UncheckedPlan } from '../../../dosimetry/muCheck/compositeCheck.ts';
import { placeText } from '../../../geometry/fixed.ts';
import type { Beam } from '../../../model/plan.ts';
import { beamLabel, type PlanFacts, type Rule } from '../facts.ts';
import { fail, faultsOr, type Finding, notJudged, pass, warning } from '../outcome.ts';
import { besideLimit } from '../words.ts';

/** Below it a linac's dose is less proportional to its monitor units: the annual tests of AAPM TG-142 hold 2 % from 5 MU and 5 % from 2 MU. */
const LEAST_BEAM = 5;
const LEAST_SEGMENT = 2;
/** What linacs deliver in an arc, MU per degree: below, gantries run at full speed with the least dose rate. */
const ARC: readonly [number, number] = [0.1, 20];
/** Leaf motion within a beam that is no more than rounding, mm. */
const STILL = 0.05;

const group = 'Monitor units';
const mu = (value: number): string => `${value.toFixed(1)} MU`;

export const MU_RULES: readonly Rule[] = [
  {
    id: 'mu.missing',
    group,
    title: 'Every treatment beam has monitor units',
    check({ treatment }) {
      if (treatment.length === 0) return [fail('The plan has no treatment beam: there is nothing to deliver')];
      const missing = treatment.filter(({ meterset }) => !((meterset ?? 0) > 0));
      const total = treatment.reduce((sum, { meterset = 0 }) => sum + meterset, 0);
      return faultsOr(
        missing.map((beam) => fail(`${beamLabel(beam)} has no monitor units`, { beam: beam.number })),
        `All ${treatment.length} treatment beams have monitor units, ${mu(total)} a fraction together`,
      );
    },
  },
  {
    id: 'mu.range',
    group,
    title: 'Monitor units of each beam are what the machine can give',
    check(facts) {
      const withUnits = facts.treatment.filter(({ meterset }) => (meterset ?? 0) > 0);
      if (withUnits.length === 0) return [];
      const units = withUnits.map(({ meterset = 0 }) => meterset);
      return faultsOr(
        withUnits.flatMap((beam) => rangeFault(facts, beam)),
        `Monitor units run from ${Math.min(...units).toFixed(1)} to ${mu(Math.max(...units))} a beam, from ${LEAST_BEAM} MU on they are sure`,
      );
    },
  },
  {
    id: 'mu.segment',
    group,
    title: 'Monitor units of each static segment',
    check({ treatment }) {
      const beams = treatment.filter((beam) => (beam.meterset ?? 0) > 0 && segmentsOf(beam).length > 1);
      if (beams.length === 0) return [];
      return faultsOr(
        beams.flatMap((beam): Finding[] => {
          const small = segmentsOf(beam).filter((segment) => segment < LEAST_SEGMENT);
          return small.length === 0
            ? []
            : [
                warning(
                  `${beamLabel(beam)}: ${small.length} segment${small.length === 1 ? '' : 's'} of less than ${LEAST_SEGMENT} MU, the smallest ${Math.min(...small).toFixed(2)} MU`,
                  { beam: beam.number },
                ),
              ];
        }),
        `Every segment of ${beams.map(({ name }) => name).join(', ')} has at least ${LEAST_SEGMENT} MU`,
      );
    },
  },
  {
    id: 'mu.perDegree',
    group,
    title: 'Monitor units per degree of arcs, where the machine states no limit',
    check(facts) {
      // Where a machine states its limits, they are the matter of machine.limits.
      const arcs = facts.treatment.filter(
        (beam) =>
          facts.judgeOf(beam)?.limits.metersetPerDegree === undefined &&
          (beam.meterset ?? 0) > 0 &&
          beam.controlPoints.some((point) => point.gantryDirection !== 'NONE'),
      );
      if (arcs.length === 0) return [];
      return faultsOr(
        arcs.flatMap((beam): Finding[] => {
          const all = perDegree(beam);
          const [low, high] = [Math.min(...all), Math.max(...all)];
          return low >= ARC[0] && high <= ARC[1]
            ? []
            : [
                warning(
                  `${beamLabel(beam)} gives ${low.toFixed(2)} to ${high.toFixed(2)} MU per degree, linacs give ${ARC[0]} to ${ARC[1]}`,
                  { beam: beam.number },
                ),
              ];
        }),
        `Arcs give between ${ARC[0]} and ${ARC[1]} MU per degree`,
      );
    },
  },
  {
    id: 'mu.independent',
    group,
    title: 'Monitor units agree with an independent calculation',
    check: independent,
  },
  {
    id: 'mu.stored',
    group,
    title: 'Monitor units of modulated beams agree with an independent calculation from the stored dose',
    expensive: true,
    check: (facts) => {
      const stored = storedCase(facts);
      if (stored === undefined) return [];
      const composite = checkStoredDose(stored);
      return composite === undefined ? [] : [together(composite, facts.treatment.filter(isModulated))];
    },
  },
];

function rangeFault(facts: PlanFacts, beam: Beam): Finding[] {
  const { meterset = 0, number } = beam;
  const machine = facts.machineOf(beam);
  if (machine !== undefined && meterset > machine.limits.maximumMeterset)
    return [
      fail(
        `${beamLabel(beam)} has ${mu(meterset)}, ${machine.name} gives ${machine.limits.maximumMeterset} MU at most`,
        {
          beam: number,
        },
      ),
    ];
  if (meterset < LEAST_BEAM)
    return [
      warning(`${beamLabel(beam)} has only ${meterset.toFixed(2)} MU, below ${LEAST_BEAM} MU dose is less sure`, {
        beam: number,
      }),
    ];
  return [];
}

/** MU of the parts of a beam during which nothing moves; none for an arc or a sliding window. */
function segmentsOf({ controlPoints, finalMetersetWeight, meterset = 0 }: Beam): number[] {
  const segments: number[] = [];
  for (let n = 1; n < controlPoints.length; n++) {
    const [from, to] = [controlPoints[n - 1], controlPoints[n]];
    const share = (to.metersetWeight - from.metersetWeight) / finalMetersetWeight;
    if (!(share > 0)) continue;
    const moves =
      from.gantry !== to.gantry ||
      Object.entries(to.positions).some(([type, values]) =>
        values.some(
          (value, i) => Math.abs(value - (from.positions[type as keyof typeof from.positions]?.[i] ?? value)) > STILL,
        ),
      );
    if (moves) return [];
    segments.push(share * meterset);
  }
  return segments;
}

function perDegree({ controlPoints, finalMetersetWeight, meterset = 0 }: Beam): number[] {
  const rates: number[] = [];
  for (let n = 1; n < controlPoints.length; n++) {
    const [from, to] = [controlPoints[n - 1], controlPoints[n]];
    const raw = Math.abs(to.gantry - from.gantry) % 360;
    const turn = Math.min(raw, 360 - raw);
    // A single step all the way round has the same angle at both ends.
    const degrees = turn === 0 && from.gantryDirection !== 'NONE' && controlPoints.length === 2 ? 360 : turn;
    const units = ((to.metersetWeight - from.metersetWeight) / finalMetersetWeight) * meterset;
    if (degrees > 0 && units > 0) rates.push(units / degrees);
  }
  return rates.length === 0 ? [Number.NaN] : rates;
}

function independent(facts: PlanFacts): Finding[] {
  const { muCheck = [] } = facts.input;
  const { treatment: beams } = facts;
  if (beams.length === 0) return [];
  const modulated = beams.filter(isModulated);
  if (muCheck.length === 0) {
    // Modulated beams are the matter of mu.stored then.
    if (storedCase(facts) !== undefined && modulated.length === beams.length) return [];
    return [
      notJudged(
        'Monitor units were not compared with an independent calculation: none is there for this dose. It follows each dose that is computed; of modulated beams it is made from a stored one, with CT and structures',
      ),
    ];
  }
  const composite = compositeIn(muCheck);
  return [
    ...(composite === undefined || modulated.length === 0 ? [] : [together(composite, modulated)]),
    ...beams.flatMap((beam) =>
      composite !== undefined && isModulated(beam) ? cancelling(beam, muCheck) : [alone(beam, muCheck)],
    ),
  ];
}

/** What the check of a stored dose needs, where the dose is the plan's and brought none with it. */
function storedCase({ input, treatment }: PlanFacts): StoredDose | undefined {
  const { plan, ct, structures, dose, doseStale, muCheck = [], machines } = input;
  if (muCheck.length > 0 || doseStale !== undefined || !treatment.some(isModulated)) return undefined;
  if (ct?.unit !== 'HU' || structures === undefined || dose === undefined) return undefined;
  const named = (name: string): Machine => machines.find((one) => one.name === name) ?? machineByName(name);
  return { plan, ct, structures, dose, calibration: calibrationOfScanner(ct.scanner), machines: named };
}

type MuChecks = NonNullable<PlanFacts['input']['muCheck']>;

const compositeIn = (checks: MuChecks): CompositeMuCheck | undefined =>
  checks.map((check) => ('verdict' in check ? check.composite : undefined)).find((found) => found !== undefined);

/** The sum of all beams, by which modulated ones are judged. */
function together(composite: CompositeMuCheck | UncheckedPlan, modulated: readonly Beam[]): Finding {
  const names = modulated.length === 1 ? beamLabel(modulated[0]) : `${modulated.length} modulated beams`;
  if ('unchecked' in composite)
    return notJudged(`${names}: monitor units were not checked independently: ${composite.unchecked}`);
  const { point, engineDose, checkDose } = composite;
  return judged(
    `${names}, judged by all beams together at (${placeText(point)}) mm: ${engineDose.toFixed(3)} Gy a fraction, ${checkDose.toFixed(3)} Gy by the independent calculation; dose`,
    composite,
    { point },
  );
}

/** What the sum does not show: beams that are wrong against each other. */
function cancelling(beam: Beam, checks: MuChecks): Finding[] {
  const check = checks.find(({ beamNumber }) => beamNumber === beam.number);
  if (check === undefined || !('verdict' in check) || check.composite?.verdict !== 'within') return [];
  return check.verdict === 'within'
    ? []
    : [
        warning(
          `${beamLabel(beam)}: its part of the dose differs by ${signed(check.difference, check.level)} % of the plan’s from the independent calculation; other beams differ the other way`,
          { beam: beam.number, point: check.point },
        ),
      ];
}

function alone(beam: Beam, checks: MuChecks): Finding {
  const check = checks.find(({ beamNumber }) => beamNumber === beam.number);
  const place = { beam: beam.number };
  if (check === undefined) return notJudged(`${beamLabel(beam)} has no independent check of its monitor units`, place);
  if ('unchecked' in check) return notJudged(`${beamLabel(beam)} was not checked: ${check.unchecked}`, place);
  return judged(`${beamLabel(beam)}: dose`, check, place);
}

function judged(
  what: string,
  { difference, level, verdict, remarks }: Pick<CompositeMuCheck, 'difference' | 'level' | 'verdict' | 'remarks'>,
  place: NonNullable<Finding['about']>,
): Finding {
  const why = verdict === 'within' || remarks.length === 0 ? '' : `: ${remarks.join('; ')}`;
  const words = `${what} differs by ${signed(difference, level)} % from the independent calculation, ${level} % need no explaining${why}`;
  return verdict === 'within' ? pass(words, place) : verdict === 'review' ? warning(words, place) : fail(words, place);
}

const signed = (difference: number, level: number): string =>
  `${difference < 0 ? '−' : '+'}${besideLimit(Math.abs(difference), level, 1)}`;
