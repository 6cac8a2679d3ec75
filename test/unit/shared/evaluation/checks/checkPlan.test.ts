import { describe, expect, it } from 'vitest';
import { checkPlan, RULES } from '#shared/evaluation/checks/checkPlan.ts';
import type { CompositeMuCheck } from '#shared/dosimetry/muCheck/compositeCheck.ts';
import type { CheckInput } from '#shared/evaluation/checks/facts.ts';
import { type CheckOutcome, type CheckStatus, overrideOf } from '#shared/evaluation/checks/outcome.ts';
import { besideLimit } from '#shared/evaluation/checks/words.ts';
import type { Beam, ControlPoint } from '#shared/model/plan.ts';
import type { Roi } from '#shared/model/structures.ts';
import { checkedPlan, column, fieldTo, machine, roi } from '#test/builders/checkedPlan.ts';

const clean = checkedPlan();
const [BODY, PTV, LUNG_L, LUNG_R] = clean.structures.rois;

const withBeam = (change: (beam: Beam) => Partial<Beam>, at = 0): CheckInput => ({
  ...clean,
  plan: { ...clean.plan, beams: clean.plan.beams.map((beam, n) => (n === at ? { ...beam, ...change(beam) } : beam)) },
});
const withPoints = (change: (point: ControlPoint) => Partial<ControlPoint>, at = 0): CheckInput =>
  withBeam(
    ({ controlPoints }) => ({ controlPoints: controlPoints.map((point) => ({ ...point, ...change(point) })) }),
    at,
  );
const everyPoint = (change: (point: ControlPoint) => Partial<ControlPoint>): CheckInput => ({
  ...clean,
  plan: {
    ...clean.plan,
    beams: clean.plan.beams.map((beam) => ({
      ...beam,
      controlPoints: beam.controlPoints.map((point) => ({ ...point, ...change(point) })),
    })),
  },
});
const withRoi = (number: number, change: Partial<Roi>): CheckInput =>
  withRois(clean.structures.rois.map((one) => (one.number === number ? { ...one, ...change } : one)));
const withRois = (rois: readonly Roi[]): CheckInput => ({ ...clean, structures: { ...clean.structures, rois } });
const withPlan = (change: Partial<CheckInput['plan']>): CheckInput => ({
  ...clean,
  plan: { ...clean.plan, ...change },
});
const withDose = (change: Partial<NonNullable<CheckInput['dose']>>): CheckInput => ({
  ...clean,
  dose: { ...clean.dose, ...change },
});
const prescribed = clean.plan.prescription!;
const unnormalised = (dose: number) => ({
  ...prescribed,
  dose,
  normalization: { kind: 'None', percent: 100 } as const,
});

const arc = (meterset: number): CheckInput =>
  withBeam((beam) => ({
    type: 'DYNAMIC',
    meterset,
    controlPoints: [180, 270, 0].map((gantry, n) => ({
      ...beam.controlPoints[0],
      gantry,
      gantryDirection: n < 2 ? ('CW' as const) : ('NONE' as const),
      metersetWeight: n / 2,
    })),
  }));
function withoutPerDegree(one: CheckInput['machines'][number]): CheckInput['machines'][number] {
  const { metersetPerDegree: _range, ...limits } = one.limits;
  return { ...one, limits };
}
/** Two segments of one field, the second with less meterset. */
const segments = (share: number): CheckInput =>
  withBeam(({ controlPoints: [first] }) => ({
    controlPoints: [0, 1 - share, 1 - share, 1].map((metersetWeight, n) => ({
      ...first,
      metersetWeight,
      positions: n < 2 ? first.positions : { ...first.positions, ASYMX: [-30, 31] },
    })),
  }));
const composite = (difference: number, verdict: 'within' | 'review' | 'stop'): CompositeMuCheck => ({
  point: [60, 0, 0], places: [[60, 0, 0]], engineDose: 2, checkDose: 2 / (1 + difference / 100), difference, level: 4, verdict, remarks: [], beams: [],
}); // biome-ignore format: a table
/** Beam 1 in two segments, judged by the sum; the other by itself. */
const together = (difference: number, verdict: 'within' | 'review' | 'stop'): CheckInput => ({
  ...segments(0.3),
  muCheck: clean.muCheck!.map((one) =>
    one.beamNumber === 1 ? { ...one, difference, verdict, composite: composite(difference, verdict) } : one,
  ),
});
/** Both beams in two segments, and a dose from the archive. */
const stored = (more: Partial<CheckInput>): CheckInput => {
  const modulated = (beam: Beam): Beam =>
    beam.deliveryType === 'TREATMENT' ? { ...segments(0.3).plan.beams[0], number: beam.number, name: beam.name } : beam;
  return { ...withPlan({ beams: clean.plan.beams.map(modulated) }), muCheck: [], ...more };
};
const elsewhere = (): CheckInput => {
  const { plan } = stored({});
  const beams = plan.beams.map((beam) => ({ ...beam, machine: 'OTHER' }));
  return stored({ machines: [{ ...machine, name: 'OTHER' }], plan: { ...plan, beams } });
};
const cancelling = (): CheckInput => ({
  ...segments(0.3),
  muCheck: clean.muCheck!.map((one) => ({
    ...one,
    difference: 7,
    verdict: 'review' as const,
    composite: composite(1, 'within'),
  })),
});
const inLung = (difference: number): CheckInput => ({
  ...clean,
  muCheck: clean.muCheck!.map((one) => ({
    ...one,
    difference,
    verdict: 'review' as const,
    remarks: ['there is 0.30 g/cm³ within 3 cm: tables for water have more scatter than there is'],
  })),
});
function leavesClosed({ positions }: ControlPoint): Partial<ControlPoint> {
  const MLCX = [...positions.MLCX!];
  const pairs = MLCX.length / 2;
  MLCX[pairs / 2] = -1;
  MLCX[pairs / 2 + pairs] = 1;
  return { positions: { ...positions, MLCX } };
}
function metal(): CheckInput {
  const data = new Int16Array(clean.ct.data);
  data.fill(3000, 32 * 140 * 90 + 45 * 140 + 60, 32 * 140 * 90 + 45 * 140 + 70);
  return { ...clean, ct: { ...clean.ct, data } };
}

/** A planted fault, what it is found by, and a part of the sentence that says so. */
const FAULTS: readonly (readonly [string, CheckStatus, RegExp, CheckInput])[] = [
  ['mu.missing', 'fail', /Beam 1 \(G090\) has no monitor units/, withBeam(() => ({ meterset: undefined }))],
  ['mu.missing', 'fail', /no treatment beam/, withPlan({ beams: [] })],
  ['mu.range', 'warning', /only 3\.00 MU/, withBeam(() => ({ meterset: 3 }))],
  ['mu.range', 'fail', /20000\.0 MU, GENERIC_6MV gives \d+ MU at most/, withBeam(() => ({ meterset: 20000 }))],
  ['mu.segment', 'warning', /1 segment of less than 2 MU, the smallest 1\.01 MU/, segments(0.01)],
  [
    'mu.perDegree',
    'warning',
    /0\.06 to 0\.06 MU per degree/,
    { ...arc(10), machines: clean.machines.map(withoutPerDegree) },
  ],
  [
    'mu.independent',
    'fail',
    /Beam 1 .*\+7\.2 %.*3 %/,
    {
      ...clean,
      muCheck: clean.muCheck!.map((one) =>
        one.beamNumber === 1 ? { ...one, difference: 7.2, verdict: 'stop' as const } : one,
      ),
    },
  ],
  ['mu.independent', 'notJudged', /not compared/, { ...clean, muCheck: [] }],
  ['mu.independent', 'warning', /Beam 1 .*−7\.2 %.*: there is 0\.30 g\/cm³/, inLung(-7.2)],
  ['mu.independent', 'pass', /Beam 1 \(G090\), judged by all beams together at .*\+1\.0 %/, together(1, 'within')],
  ['mu.independent', 'warning', /\+4\.04 % .*, 4 % need no/, together(4.04, 'review')],
  ['mu.independent', 'fail', /2\.000 Gy a fraction.*\+100\.0 %/, together(100, 'stop')],
  ['mu.independent', 'notJudged', /from a stored one, with CT and structures/, stored({ ct: undefined })],
  ['mu.stored', 'fail', /2 modulated beams, .*2\.000 Gy a fraction, .*differs by \+\d+\.\d %/, stored({})],
  [
    'mu.stored',
    'notJudged',
    /2 modulated beams: .* not checked independently: there are no check tables for OTHER/,
    elsewhere(),
  ],
  ['mu.independent', 'warning', /Beam 1 .*part of the dose .*\+7\.0 % .*other beams differ/, cancelling()],
  ['machine.known', 'notJudged', /“NOBODY”/, withBeam(() => ({ machine: 'NOBODY' }))],
  [
    'machine.limits',
    'fail',
    /Beam 1 .*X2? jaw at 250 mm/,
    withPoints(({ positions }) => ({ positions: { ...positions, ASYMX: [-40, 250] } })),
  ],
  [
    'machine.limits',
    'fail',
    /Beam 1 .*0\.06 MU per degree, from 0\.1 to 20 MU at control point 1, and 1 more of this kind \(meterset-per-degree\) at 2$/m,
    arc(10),
  ],
  [
    'machine.limits',
    'fail',
    /1 more of this kind \(jaw-range\) at 1$/m,
    withPoints(({ positions }) => ({ positions: { ...positions, ASYMX: [-40, 250] } })),
  ],
  [
    'machine.limits',
    'notJudged',
    /^Beams 1–2: dose rate: the beam states 0 MU\/min/m,
    everyPoint(() => ({ doseRate: 0 })),
  ],
  [
    'machine.limits',
    'notJudged',
    /^Machine AGILITY leaves open, and so nothing was judged of: least MU of a segment, number of control points$/m,
    { ...segments(0.3), limits: 'AGILITY' },
  ],
  ['machine.limits', 'fail', /fluence mode STANDARD, the machine's is NON_STANDARD/, { ...clean, limits: 'HALCYON' }],
  ['machine.limits', 'fail', /leaf boundaries are not those of the machine/, { ...clean, limits: 'AGILITY' }],
  ['field.target', 'warning', /Beam 1 \(G090\) misses PTV/, withPoints(() => ({ isocenter: [60, 0, 80] }))],
  ['field.target', 'fail', /field of no beam/, { ...everyPoint(() => ({ isocenter: [60, 0, 90] })) }],
  [
    'field.target',
    'warning',
    /Beam 1 \(G090\) shields \d+ % of PTV/,
    withPoints(({ positions }) => ({ positions: { ...positions, ASYMY: [-36, 10] } })),
  ],
  [
    'field.target',
    'warning',
    /Beam 1 \(G090\) shields 5\d % of PTV, more than 50 %/,
    withBeam(({ controlPoints: [first] }) => ({
      controlPoints: [0, 0.5, 0.5, 1].map((metersetWeight, n) => ({
        ...first,
        metersetWeight,
        positions: { ...first.positions, ASYMY: n < 2 ? [-36, -2] : [-36, -4] },
      })),
    })),
  ],
  [
    'field.margin',
    'warning',
    /leaves 1\.\d mm round PTV/,
    withPoints(({ positions }) => ({ positions: { ...positions, ASYMY: [-33.5, 38] } })),
  ],
  [
    'field.size',
    'warning',
    /is 20 mm wide/,
    withPoints(({ positions }) => ({ positions: { ...positions, ASYMX: [-10, 10] } })),
  ],
  [
    'field.jaws',
    'warning',
    /jaws cover \d+ % of what the leaves open/,
    withPoints(({ positions }) => ({ positions: { ...positions, ASYMY: [-36, 10] } })),
  ],
  ['field.leafGap', 'warning', /1 closed leaf pair meet/, withPoints(leavesClosed)],
  ['isocenter.one', 'warning', /2 isocenters/, withPoints(() => ({ isocenter: [60, 0, 5] }))],
  [
    'isocenter.still',
    'warning',
    /moves while/,
    withBeam(({ controlPoints }) => ({
      controlPoints: controlPoints.map((point, n) => ({ ...point, isocenter: [60, 0, n] })),
    })),
  ],
  ['isocenter.body', 'fail', /outside BODY/, everyPoint(() => ({ isocenter: [60, 0, 120] }))],
  [
    'isocenter.decimals',
    'warning',
    /\(60\.042, 0\.000, 0\.000\) mm, finer/,
    everyPoint(() => ({ isocenter: [60.042, 0, 0] })),
  ],
  ['isocenter.target', 'warning', /120 mm from the centre of PTV/, everyPoint(() => ({ isocenter: [-60, 0, 0] }))],
  ['prescription.there', 'warning', /no prescription/, withPlan({ prescription: undefined })],
  ['prescription.there', 'fail', /for 30 fractions, the plan delivers 25/, withPlan({ fractions: 25 })],
  [
    'prescription.there',
    'warning',
    /60\.00 Gy a fraction/,
    withPlan({ fractions: 1, prescription: { ...prescribed, fractions: 1 } }),
  ],
  ['prescription.target', 'fail', /no contours/, withRoi(2, { contours: [] })],
  [
    'prescription.target',
    'fail',
    /ROI 9\) is not in structure set/,
    withPlan({ prescription: { ...prescribed, targetRoiNumber: 9 } }),
  ],
  ['prescription.target', 'warning', /of type ORGAN/, withRoi(2, { type: 'ORGAN' })],
  [
    'prescription.normalisation',
    'fail',
    /D95 of PTV is 60\.00 Gy, prescribed 66\.00 Gy \(−9\.1 %, more than 2 %\)/,
    withPlan({ prescription: { ...prescribed, dose: 66 } }),
  ],
  ['prescription.normalisation', 'warning', /−1\.0 %/, withPlan({ prescription: { ...prescribed, dose: 60.6 } })],
  // Optimised plans promise nothing: their median dose has to be near.
  ['prescription.normalisation', 'pass', /half of .* gets 60\.00 Gy/, withPlan({ prescription: unnormalised(60) })],
  ['prescription.normalisation', 'warning', /−9\.1 %/, withPlan({ prescription: unnormalised(66) })],
  ['prescription.normalisation', 'fail', /\+20\.0 %/, withPlan({ prescription: unnormalised(50) })],
  ['dose.there', 'fail', /has no dose/, { ...clean, dose: undefined }],
  ['dose.there', 'fail', /Stale dose: beam G090 was changed/, { ...clean, doseStale: 'beam G090 was changed' }],
  [
    'dose.there',
    'fail',
    /Approximate dose: pencil beam/,
    withDose({ provenance: { ...clean.dose.provenance!, approximate: true, reasons: ['pencil beam'] } }),
  ],
  ['dose.there', 'warning', /unknown origin/, withDose({ provenance: undefined })],
  ['dose.belongs', 'fail', /another frame of reference than the plan/, withDose({ frameOfReferenceUid: '2.25.1' })],
  ['dose.belongs', 'fail', /another plan/, withDose({ provenance: undefined, planUid: '2.25.1' })],
  [
    'dose.grid',
    'warning',
    /coarser than 3 mm for PTV of \d+\.\d cm³/,
    { ...withRoi(2, { contours: column([60, 0], 10, 10, -9, 9) }), dose: { ...clean.dose, spacing: [3.5, 3, 3] } },
  ],
  ['dose.covers', 'fail', /PTV leaves the dose grid by \d+ mm/, withDose({ origin: [50, -130, -94.5] })],
  ['dose.maximum', 'warning', /60\.00 Gy, 150 %/, withPlan({ prescription: { ...prescribed, dose: 40 } })],
  ['structures.body', 'fail', /no body contour/, withRois([PTV])],
  [
    'structures.body',
    'warning',
    /2 body contours: BODY, Outline/,
    withRois([...clean.structures.rois, { ...BODY, number: 9, name: 'Outline' }]),
  ],
  ['structures.couch', 'warning', /No couch/, withRois([BODY, PTV])],
  ['structures.couch', 'warning', /CouchSurface has no density/, withRoi(5, { density: undefined })],
  ['structures.empty', 'warning', /Lung_L has no contours/, withRoi(3, { contours: [] })],
  [
    'structures.gaps',
    'warning',
    /Lung_L: 12\.0 mm without contours at -51\.0 mm, its slices are 3\.0 mm apart/,
    withRoi(3, { contours: LUNG_L.contours.filter((_, n) => n < 4 || n > 6) }),
  ],
  [
    'structures.gaps',
    'warning',
    /Lung_L is contoured on one slice only/,
    withRoi(3, { contours: LUNG_L.contours.slice(0, 1) }),
  ],
  [
    'structures.duplicates',
    'warning',
    /2 structures are called Lung_L and lung_l/,
    withRoi(4, { name: 'lung_l', contours: LUNG_L.contours }),
  ],
  [
    'structures.inside',
    'warning',
    /^\d+\.\d cm³ of Lung_L lie outside BODY/,
    withRoi(3, { contours: column([160, 0], 50, 60, -60, 60) }),
  ],
  ['structures.naming', 'warning', /Left lung is called Lung_L/, withRoi(3, { name: 'Left lung' })],
  [
    'density.assigned',
    'warning',
    /Implant has no density/,
    withRois([...clean.structures.rois, roi(7, 'Implant', 'ORGAN', PTV.contours as never)]),
  ],
  [
    'density.bolus',
    'warning',
    /Bolus Bolus1 is on no beam/,
    withRois([...clean.structures.rois, roi(7, 'Bolus1', 'BOLUS', PTV.contours as never)]),
  ],
  ['density.metal', 'warning', /0\.3 cm³ in the body are above 2000 HU/, metal()],
  [
    'laterality.names',
    'fail',
    /Lung_L is named for the left and lies to the right of Lung_R/,
    withRois([BODY, PTV, { ...LUNG_L, contours: LUNG_R.contours }, { ...LUNG_R, contours: LUNG_L.contours }]),
  ],
  [
    'laterality.names',
    'fail',
    /Kidney_R .* lies to the left of the middle of the body/,
    withRois([BODY, PTV, { ...LUNG_L, name: 'Kidney_R' }]),
  ],
  [
    'laterality.plan',
    'fail',
    /Plan Lung R is named for the right, its target PTV lies 60 mm to the left/,
    withPlan({ label: 'Lung R' }),
  ],
  [
    'laterality.beams',
    'warning',
    /PTV lies 60 mm to the left, the beams come from the right/,
    withPlan({ beams: [fieldTo(PTV, 1, 'G270', 270)] }),
  ],
  [
    'identity.patient',
    'fail',
    /CT is of .*, plan of .*\(OTHER\)/,
    {
      ...clean,
      patients: [clean.patients![0], { object: 'plan', patient: { ...clean.ct.patient, patientId: 'OTHER' } }],
    },
  ],
  [
    'identity.patient',
    'fail',
    /plan of Someone\^Else/,
    {
      ...clean,
      patients: [clean.patients![0], { object: 'plan', patient: { ...clean.ct.patient, patientName: 'Someone^Else' } }],
    },
  ],
  [
    'identity.frame',
    'fail',
    /different frames of reference/,
    { ...clean, ct: { ...clean.ct, frameOfReferenceUid: '2.25.1' } },
  ],
  ['identity.references', 'warning', /another structure set/, withPlan({ structureSetUid: '2.25.1' })],
  ['identity.position', 'fail', /HFP in the plan and HFS/, withPlan({ patientPosition: 'HFP' })],
  ['identity.position', 'fail', /says not how/, withPlan({ patientPosition: '' })],
  [
    'identity.slices',
    'warning',
    /every 5\.0 mm, more than 3 mm/,
    { ...clean, ct: { ...clean.ct, spacing: [3, 3, 5] } },
  ],
  ['identity.slices', 'warning', /is MR, not CT/, { ...clean, ct: { ...clean.ct, modality: 'MR' } }],
  [
    'identity.registrations',
    'warning',
    /“MR to CT” is in use and nobody signed/,
    {
      ...clean,
      registrations: [
        { kind: 'rigid', matrix: [], sopInstanceUid: '', fixedFrame: '', movingFrame: '', label: 'MR to CT' } as never,
      ],
    },
  ],
  [
    'machine.clearance',
    'warning',
    /Beam 1 \(G090\): the head meets the patient at gantry 90°/,
    everyPoint(() => ({ isocenter: [-350, 0, 0] })),
  ],
  ['plan.whole', 'fail', /not understood here: fraction group 2/, withPlan({ omitted: ['fraction group 2'] })],
  [
    'plan.label',
    'fail',
    /has 20 characters, DICOM allows 16/,
    withPlan({ label: 'A plan label of 20 ch'.slice(0, 20) }),
  ],
  ['beams.names', 'warning', /Beam 2 \(G090\) has the name of another beam/, withBeam(() => ({ name: 'G090' }), 1)],
  ['beams.setup', 'warning', /no set-up field/, withPlan({ beams: clean.plan.beams.slice(0, 2) })],
];

const ofRule = (outcomes: readonly CheckOutcome[], rule: string): CheckOutcome[] =>
  outcomes.filter((one) => one.rule === rule);

const one = (input: CheckInput, rule: string): CheckOutcome[] => checkPlan(input, { which: ({ id }) => id === rule });

describe('checkPlan', () => {
  const outcomes = checkPlan(clean);

  it('has nothing against a sound plan but that its machine is not commissioned', () => {
    expect(
      outcomes.filter(({ status }) => status === 'warning' || status === 'fail').map(({ rule, text }) => [rule, text]),
    ).toEqual([['machine.commissioned', `Machine ${machine.name} is not commissioned for clinical use`]]);
    expect(ofRule(outcomes, 'prescription.normalisation')[0].text).toBe(
      'D95 of PTV is 60.00 Gy, prescribed 60.00 Gy (+0.0 %)',
    );
  });

  it.each(FAULTS)('%s: %s %s', (rule, status, words, input) => {
    const found = one(input, rule);
    expect(
      found
        .filter((one) => one.status === status)
        .map(({ text }) => text)
        .join('\n'),
    ).toMatch(words);
    // The fault is the rule's: without it there is none of this kind.
    expect(ofRule(outcomes, rule).filter((one) => one.status === status && words.test(one.text))).toEqual([]);
  });

  it('has a planted fault for every rule', () => {
    expect(RULES.map(({ id }) => id).filter((id) => !FAULTS.some(([rule]) => rule === id))).toEqual([
      'machine.commissioned',
    ]);
    expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
  });

  it('asks of segments neither a margin nor where their leaves meet, and that all of them hold the target', () => {
    const halves = withBeam(({ controlPoints: [first] }) => ({
      controlPoints: [0, 0.5, 0.5, 1].map((metersetWeight, n) => ({
        ...first,
        ...leavesClosed(first),
        metersetWeight,
        positions: { ...leavesClosed(first).positions!, ASYMY: n < 2 ? ([-31, 5] as const) : ([-5, 31] as const) },
      })),
    }));
    for (const rule of ['field.margin', 'field.leafGap', 'field.target'])
      expect(one(halves, rule).filter(({ status }) => status !== 'pass')).toEqual([]);
    expect(one(halves, 'field.margin')).toHaveLength(1);
  });

  it.each([
    [1.04, 1, 0, '1.04'],
    [1.4, 1, 0, '1.4'],
    [29.7, 30, 0, '29.7'],
    [2.96, 3, 1, '2.96'],
    [12, 10, 0, '12'],
    [3, 3, 1, '3.0000'],
  ])('%d beside a limit of %d reads apart from it', (value, limit, decimals, words) => {
    expect(besideLimit(value, limit, decimals)).toBe(words);
  });

  it('does not judge what it cannot, and goes on', () => {
    const bent = {
      type: 'CLOSED_PLANAR' as const,
      points: Float64Array.from([0, 0, 0, 10, 0, 5, 10, 10, 0, 0, 10, 9]),
    };
    const [gaps] = one(withRoi(3, { contours: [bent] }), 'structures.gaps');
    expect(gaps.status).toBe('notJudged');
    expect(gaps.text).toMatch(/Lung_L/);
  });

  it('takes a vertebra for no side, and judges nobody’s identity on one object', () => {
    const cord = one(
      withRois([BODY, PTV, { ...LUNG_R, name: 'PTV_L3' }, { ...LUNG_L, name: 'Lung_L' }]),
      'laterality.names',
    );
    expect(cord.map(({ status }) => status)).toEqual(['pass']);
    const [alone] = one({ ...clean, patients: [clean.patients![0]] }, 'identity.patient');
    expect(alone.status).toBe('notJudged');
  });

  it('lets a reason stand for the very warning it was given for', () => {
    const [small] = one(
      withBeam(() => ({ meterset: 3 })),
      'mu.range',
    );
    const override = { rule: small.rule, text: small.text, reason: 'boost', by: 'A^B', at: '2026-01-01T00:00:00' };
    expect(overrideOf(small, [override])).toBe(override);
    const [smaller] = one(
      withBeam(() => ({ meterset: 2 })),
      'mu.range',
    );
    expect(overrideOf(smaller, [override])).toBeUndefined();
    expect(overrideOf({ ...small, status: 'fail' }, [override])).toBeUndefined();
  });
});
