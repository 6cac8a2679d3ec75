import { expect, it } from 'vitest';
import { ENGINES } from '#shared/dosimetry/engines.ts';
import { calibrationOfScanner, machineByName } from '#shared/dosimetry/machine/machines.ts';
import { computePlanDose } from '#shared/dosimetry/plan/planDose.ts';
import { checkStoredDose } from '#shared/dosimetry/plan/storedCheck.ts';
import { checkPlan } from '#shared/evaluation/checks/checkPlan.ts';
import { instanceUid } from '#test/builders/context.ts';
import { checkedPlan } from '#test/builders/checkedPlan.ts';

const { plan: conformal, structures, ct } = checkedPlan();
/** Every field with a second segment that covers half of it. */
const plan = {
  ...conformal,
  beams: conformal.beams.map((beam) => ({
    ...beam,
    controlPoints: [0, 0.6, 0.6, 1].map((metersetWeight, n) => {
      const [first] = beam.controlPoints;
      const { positions } = first;
      return { ...first, metersetWeight, positions: n < 2 ? positions : { ...positions, ASYMX: [-5, 36] as const } };
    }),
    finalMetersetWeight: 1,
  })),
};
const calibration = calibrationOfScanner(ct.scanner);

it('judges a stored dose as the computed one was judged, and finds units that are not the dose’s', async () => {
  const newUid = () => instanceUid('RTDOSE', 9);
  const made = await computePlanDose({ ct, structures, plan, calibration, grid: 5, newUid, engine: ENGINES.pb });
  const [first] = made.muCheck;
  if (!('composite' in first) || first.composite === undefined) throw new Error('no composite check');
  const { composite } = first;
  const given = { ct, structures, calibration, machines: machineByName, dose: made.planDose };
  const stored = checkStoredDose({ ...given, plan: made.plan });
  if (stored === undefined || 'unchecked' in stored) throw new Error('not checked');
  expect(stored.point).toEqual(composite.point);
  expect(stored.difference).toBeCloseTo(composite.difference, 6);
  expect([stored.verdict, composite.verdict]).toEqual(['within', 'within']);

  const input = { ...checkedPlan(), plan: made.plan, dose: made.planDose, muCheck: [] };
  const texts = (more: object): string[] =>
    checkPlan({ ...input, ...more }, { which: ({ id }) => id === 'mu.independent' || id === 'mu.stored' }).map(({ status, text }) => `${status} ${text}`); // biome-ignore format: one line
  expect(texts({})).toEqual(texts({ muCheck: made.muCheck }));

  // The plan is delivered with twice the units for which the dose was computed.
  const doubled = { ...made.plan, beams: made.plan.beams.map((beam) => ({ ...beam, meterset: 2 * (beam.meterset ?? 0) })) }; // biome-ignore format: one line
  expect(texts({ plan: doubled })).toEqual([
    expect.stringMatching(/^fail 2 modulated beams, .*differs by −(49|5\d)\.\d %/),
  ]);
  expect(checkStoredDose({ ...given, plan: conformal })).toBeUndefined();
});
