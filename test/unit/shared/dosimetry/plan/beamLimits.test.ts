import { describe, expect, it } from 'vitest';
import { angleReason, jawsReason, metersetReason, nameReason, wedgeReason } from '#shared/dosimetry/plan/beamLimits.ts';
import { energiesOf, energyWords } from '#shared/dosimetry/machine/energies.ts';
import { machineByName, machineNames } from '#shared/dosimetry/machine/machines.ts';

const machine = machineByName('GENERIC_6MV');
const narrow = {
  ...machine,
  limits: { ...machine.limits, couch: [-90, 90] as [number, number], overTravel: { x: 10, y: 100 } },
};

describe('limits of a beam, with the reason', () => {
  it.each([
    ['gantry', 359.9, machine, undefined],
    ['gantry', -10, machine, 'gantry -10° is outside 0°…360° of GENERIC_6MV: 350° is the same angle'],
    ['couch', 300, narrow, undefined],
    ['couch', 90, narrow, undefined],
    ['couch', 120, narrow, 'couch 120° is outside -90°…90° of GENERIC_6MV'],
    ['collimator', Number.NaN, machine, 'collimator NaN° is outside 0°…360° of GENERIC_6MV'],
  ] as const)('%s at %d°', (axis, degrees, of, reason) => expect(angleReason(axis, degrees, of)).toBe(reason));

  it.each([
    [[-50, 50, -50, 50], undefined],
    [[-200, 200, -200, 200], undefined],
    [[-200.1, 50, -50, 50], 'X1 -200.1 mm is outside -200…10 mm of GENERIC_6MV'],
    [[10, 50, -50, 50], undefined],
    [[12.3, 50, -50, 50], 'X1 12.3 mm is beyond the over-travel of 10 mm of GENERIC_6MV'],
    [[-50, -12.3, -50, 50], 'X2 -12.3 mm is beyond the over-travel of -10 mm of GENERIC_6MV'],
    [[-50, 50, -50, -80], 'Y1 (-50 mm) must be below Y2 (-80 mm)'],
    [[-50, 50, 100, 250], 'Y2 250 mm is outside -100…200 mm of GENERIC_6MV'],
  ] as const)('jaws %j', (jaws, reason) => expect(jawsReason(jaws, narrow)).toBe(reason));

  it('monitor units: none at all, or from the least the machine gives to the most', () => {
    expect(metersetReason(0, machine)).toBeUndefined();
    expect(metersetReason(0.5, machine)).toBe('0.5 MU is outside 1…9999 MU of GENERIC_6MV');
    expect(metersetReason(10_000, machine)).toMatch('outside 1…9999 MU');
  });

  it('a wedge ends at ±75 mm along its slope: the field may be long across it and not along it', () => {
    expect(wedgeReason('W60', 0, [-200, 200, -75, 75], machine)).toBeUndefined();
    expect(wedgeReason('W60', 90, [-200, 200, -75, 75], machine)).toBe(
      'the field reaches -200 mm along wedge W60, which goes from -75 to 75 mm on GENERIC_6MV',
    );
    expect(wedgeReason('W60', 180, [-50, 50, -50, 80], machine)).toMatch('reaches -80 mm');
    expect(wedgeReason('W61', 0, [-50, 50, -50, 50], machine)).toBe('GENERIC_6MV has no wedge W61');
  });

  it('names are there, short and nobody else’s', () => {
    expect(nameReason('G090', [{ name: 'G000' }])).toBeUndefined();
    expect(nameReason(' G000 ', [{ name: 'G000' }])).toBe('another beam is called G000');
    expect(nameReason('A\\B', [])).toMatch('backslash');
  });
});

describe('energies of a linac', () => {
  it('are the machines that differ in nothing else', () => {
    const all = machineNames().map(machineByName);
    expect(energiesOf(machine, all).map(energyWords)).toEqual(['6 MV', '6 MV FFF', '10 MV', '15 MV']);
    expect(energiesOf(machineByName('GENERIC_6MV_160'), all).map(({ name }) => name)).toContain('GENERIC_15MV_160');
    expect(energiesOf(machineByName('REF_6MV_POINT'), all).map(({ name }) => name)).toEqual([
      'REF_6MV_POINT',
      'REF_15MV_POINT',
    ]);
  });
});
