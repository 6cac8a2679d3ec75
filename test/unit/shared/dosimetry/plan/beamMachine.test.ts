import { expect, it } from 'vitest';
import { uncomputableReasons } from '#shared/dosimetry/plan/beamMachine.ts';
import { isocentersOf } from '#shared/dosimetry/plan/arrange/isocenters.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import { plan as builtPlan } from '#test/builders/plan.ts';

const [first] = builtPlan().beams;
const open: Beam = {
  ...first,
  deliveryType: 'TREATMENT',
  radiationType: 'PHOTON',
  machine: 'GENERIC_6MV',
  fluenceMode: 'STANDARD',
  sourceAxisDistance: 1000,
  controlPoints: first.controlPoints.map((point) => ({ ...point, nominalEnergy: 6 })),
};
const planOf = (beams: readonly Beam[], changes: Partial<Plan> = {}): Plan => ({
  ...builtPlan(1, { patientPosition: 'HFS', omitted: undefined, ...changes }),
  beams,
});

it('says why a plan cannot be computed here: each beam, each part that is missing', () => {
  expect(uncomputableReasons(planOf([open]))).toEqual([]);
  expect(uncomputableReasons(planOf([]))).toEqual([]);
  const reasons = uncomputableReasons(
    planOf(
      [
        { ...open, number: 1, machine: 'TrueBeam_3' },
        { ...open, number: 2, radiationType: 'ELECTRON' },
        { ...open, number: 3, controlPoints: open.controlPoints.map((point) => ({ ...point, nominalEnergy: 10 })) },
        { ...open, number: 4, machine: 'kV', deliveryType: 'SETUP' },
      ],
      { patientPosition: 'SITTING', omitted: ['brachytherapy'] },
    ),
  );
  expect(reasons).toEqual([
    'brachytherapy',
    expect.stringContaining('SITTING'),
    'machine "TrueBeam_3" is not modelled here',
    expect.stringContaining('"ELECTRON" is not computed'),
    expect.stringContaining('10 MV is not the 6 MV'),
  ]);
});

it('beams are grouped by isocenter, in the order in which they come', () => {
  const at = (number: number, x: number): Beam => ({
    ...open,
    number,
    controlPoints: open.controlPoints.map((point) => ({ ...point, isocenter: [x, 0, 0] })),
  });
  const groups = isocentersOf(planOf([at(1, 0), at(2, 30), at(3, 0.04)]));
  expect(groups.map(({ isocenter, beams }) => [isocenter[0], beams.map(({ number }) => number)])).toEqual([[0, [1, 3]], [30, [2]]]); // biome-ignore format: pairs
});
