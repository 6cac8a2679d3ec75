import { describe, expect, it } from 'vitest';
import { checkAccessories, trayFactor } from '#shared/dosimetry/beam/modifiers.ts';
import type { BeamAccessories, Block, Wedge } from '#shared/model/accessories.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { everyAccessory, fitted } from '#test/builders/accessories.ts';
import { beam } from '#test/builders/plan.ts';

const machine: Machine = {
  ...machineByName('REF_6MV_POINT'),
  name: 'LINAC',
  wedges: [{ id: 'W30', angle: 30, sourceDistance: 560, profile: [[-100, 4], [100, 1]] }], // biome-ignore format: one line
  trays: [
    { id: 'T1', transmission: 0.965 },
    { id: 'T2', transmission: 0.5 },
  ],
};
const outcome = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    const { code, object, attribute } = error as { code: string; object: string; attribute: string };
    expect(object).toBe('Beam 1 (Beam 1)');
    return `${code} ${attribute}`;
  }
};
const checked = (carried: BeamAccessories): unknown => outcome(() => checkAccessories(fitted(carried), machine));
const wedge: Wedge = { number: 1, type: 'STANDARD', id: 'W30', angle: 30, orientation: 90 };
const block: Block = {
  number: 1,
  type: 'SHIELDING',
  divergence: 'PRESENT',
  materialId: '',
  transmission: 0.03,
  outline: [0, 0, 10, 0, 10, 10],
};

describe('what would be missing in a dose is refused by beam and attribute', () => {
  it.each<[keyof BeamAccessories, string]>([
    ['compensators', 'CompensatorSequence'],
    ['applicators', 'ApplicatorSequence'],
    ['generalAccessories', 'GeneralAccessorySequence'],
    ['totalCompensatorTrayFactor', 'TotalCompensatorTrayFactor'],
  ])('%s', (key, attribute) => {
    expect(checked({ [key]: everyAccessory[key] })).toBe(`DOSE ${attribute}`);
  });

  it.each<[string, Partial<Wedge>, string]>([
    ['the machine does not have', { id: 'W45' }, 'MACHINE WedgeID'],
    ['has no name', { id: undefined }, 'MACHINE WedgeID'],
    ['has another angle there', { angle: 45 }, 'MACHINE WedgeAngle'],
    ['is not oriented', { orientation: undefined }, 'DOSE WedgeOrientation'],
    ['is a jaw whose motion is not said', { type: 'DYNAMIC' }, 'DOSE WedgeType'],
  ])('a wedge that %s', (_, more, expected) => {
    expect(checked({ wedges: [{ ...wedge, ...more }] })).toBe(expected);
  });

  it('a wedge that nobody places', () => {
    expect(outcome(() => checkAccessories({ ...beam(1), wedges: [wedge] }, machine))).toBe(
      'DOSE WedgePositionSequence',
    );
  });

  it('a block without its transmission', () => {
    expect(checked({ blocks: [{ ...block, transmission: undefined }] })).toBe('DOSE BlockTransmission');
  });

  it('nothing else: wedges and blocks of the machine, empty lists, a wedge that stays out, a jaw that moves', () => {
    expect(checked({ wedges: [wedge], blocks: [block], totalBlockTrayFactor: 0.97 })).toBeUndefined();
    expect(
      checked({ wedges: [], blocks: [], boluses: [], compensators: [], totalCompensatorTrayFactor: 1 }),
    ).toBeUndefined();
    const out = fitted({ wedges: [{ ...wedge, id: 'W99' }] });
    const points = out.controlPoints.map((point) => ({ ...point, wedgePositions: { 1: 'OUT' as const } }));
    expect(outcome(() => checkAccessories({ ...out, controlPoints: points }, machine))).toBeUndefined();
    const dynamic = fitted({ wedges: [{ ...wedge, type: 'DYNAMIC', id: 'EDW' }] });
    const [first, last] = dynamic.controlPoints;
    const swept = { ...last, positions: { ...last.positions, ASYMY: [30, 40] } };
    expect(outcome(() => checkAccessories({ ...dynamic, controlPoints: [first, swept] }, machine))).toBeUndefined();
  });
});

describe('the tray factor', () => {
  it.each<[string, BeamAccessories, unknown]>([
    ['is 1 without trays', {}, 1],
    ['is what the plan states', { totalBlockTrayFactor: 0.9 }, 0.9],
    ['is what the machine says of a tray', { blocks: [{ ...block, trayId: 'T1' }] }, 0.965],
    ['counts a tray once', { blocks: [{ ...block, trayId: 'T1' }, { ...block, trayId: 'T1' }] }, 0.965],
    ['is the product of several', { blocks: [{ ...block, trayId: 'T1' }, { ...block, trayId: 'T2' }] }, 0.4825],
    ['is the plan’s where both agree', { blocks: [{ ...block, trayId: 'T1' }], totalBlockTrayFactor: 0.966 }, 0.966],
    ['is refused where they do not', { blocks: [{ ...block, trayId: 'T1' }], totalBlockTrayFactor: 0.95 }, 'MACHINE TotalBlockTrayFactor'],
    ['of a tray elsewhere is the plan’s', { blocks: [{ ...block, trayId: 'X9' }], totalBlockTrayFactor: 0.95 }, 0.95],
    ['of an unknown tray is refused', { blocks: [{ ...block, trayId: 'X9' }] }, 'MACHINE BlockTrayID'],
  ])('%s', (_, carried, expected) => {
    expect(outcome(() => trayFactor({ ...beam(1), ...carried }, machine))).toBe(expected);
  }); // biome-ignore format: a table
});
