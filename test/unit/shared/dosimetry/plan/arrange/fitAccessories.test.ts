import { describe, expect, it } from 'vitest';
import { bolusesOf } from '#shared/dosimetry/patient/boluses.ts';
import {
  mirroredAccessories,
  onMachine,
  withAccessoriesOf,
  withTray,
  withWedge,
} from '#shared/dosimetry/plan/arrange/fitAccessories.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { everyAccessory, fitted } from '#test/builders/accessories.ts';
import { beam } from '#test/builders/plan.ts';
import { roiOf, square, stackOf, structuresOf } from '../../phantoms.ts';

const machine: Machine = {
  ...machineByName('REF_6MV_POINT'),
  name: 'LINAC',
  wedges: [
    {
      id: 'W30',
      angle: 30,
      sourceDistance: 560,
      profile: [
        [-100, 4],
        [100, 1],
      ],
    },
  ],
  trays: [{ id: 'T1', transmission: 0.965 }],
};
const refusal = (act: () => unknown): string => {
  try {
    act();
    return 'none';
  } catch (error) {
    const { code, attribute } = error as { code: string; attribute: string };
    return `${code} ${attribute}`;
  }
};

describe('a wedge of the machine', () => {
  const wedged = withWedge(beam(1), machine, { id: 'W30', orientation: 90 });

  it('stands in the beam at all its control points', () => {
    expect(wedged.wedges).toEqual([
      { number: 1, type: 'STANDARD', id: 'W30', angle: 30, orientation: 90, sourceToWedgeTray: 560 },
    ]);
    expect(wedged.controlPoints.map((point) => point.wedgePositions)).toEqual([{ 1: 'IN' }, { 1: 'IN' }]);
  });

  it('is taken out without a trace', () => {
    expect(withWedge(wedged, machine, undefined)).toEqual(beam(1));
  });

  it('takes the place of those that were there', () => {
    const two = fitted({ wedges: everyAccessory.wedges });
    expect(withWedge(two, machine, { id: 'W30', orientation: 0 }).wedges).toHaveLength(1);
  });

  it('that the machine does not have is refused', () => {
    expect(refusal(() => withWedge(beam(1), machine, { id: 'W45', orientation: 0 }))).toBe('MACHINE WedgeID');
  });
});

describe('a tray of the machine', () => {
  it('brings its factor, and carries the blocks', () => {
    const behind = withTray(fitted({ blocks: everyAccessory.blocks }), machine, 'T1');
    expect(behind.totalBlockTrayFactor).toBe(0.965);
    expect(behind.blocks?.map(({ trayId }) => trayId)).toEqual(['T1', 'T1']);
    const bare = withTray(behind, machine, undefined);
    expect(bare.totalBlockTrayFactor).toBeUndefined();
    expect(bare.blocks?.map(({ trayId }) => trayId)).toEqual([undefined, undefined]);
  });

  it('that the machine does not have is refused', () => {
    expect(refusal(() => withTray(beam(1), machine, 'T2'))).toBe('MACHINE BlockTrayID');
  });
});

describe('a beam made anew', () => {
  it('keeps everything that stood in the old one', () => {
    const old = { ...fitted(everyAccessory), controlPoints: fitted(everyAccessory).controlPoints.slice(0, 1) };
    const made = withAccessoriesOf({ ...beam(2), number: 1 }, old);
    expect(made).toMatchObject(everyAccessory);
    expect(made.controlPoints.map((point) => point.wedgePositions)).toEqual([
      { 1: 'IN', 7: 'IN' },
      { 1: 'IN', 7: 'IN' },
    ]);
    expect(withAccessoriesOf(beam(2), beam(1))).toEqual(beam(2));
  });

  it('from the opposite side has its wedge and blocks on the same side of the patient', () => {
    const { wedges, blocks } = mirroredAccessories(
      fitted({ wedges: everyAccessory.wedges, blocks: everyAccessory.blocks, boluses: everyAccessory.boluses }),
    );
    // Thin edge at X−, seen from behind X+; one along Y stays.
    expect(wedges?.map(({ orientation }) => orientation)).toEqual([270, 0]);
    expect(blocks?.[0].outline).toEqual([20.5, -10, -15.25, -10, -15.25, 12.5]);
    expect(refusal(() => mirroredAccessories(fitted({ compensators: everyAccessory.compensators })))).toBe(
      'UNSUPPORTED_OBJECT CompensatorSequence',
    );
  });

  it('on another machine needs that one to have its wedge and tray', () => {
    const wedged = withTray(withWedge(beam(1), machine, { id: 'W30', orientation: 0 }), machine, 'T1');
    expect(onMachine(wedged, machine)).toEqual(wedged);
    const [wedge] = machine.wedges;
    const lower = onMachine(wedged, { ...machine, wedges: [{ ...wedge, sourceDistance: 650 }] });
    expect(lower.wedges?.[0]).toMatchObject({ id: 'W30', orientation: 0, sourceToWedgeTray: 650 });
    for (const wedges of [[], [{ ...wedge, angle: 45 }]])
      expect(refusal(() => onMachine(wedged, { ...machine, wedges }))).toBe('MACHINE WedgeID');
    expect(refusal(() => onMachine(wedged, { ...machine, trays: [] }))).toBe('MACHINE TotalBlockTrayFactor');
    expect(onMachine({ ...beam(1), totalBlockTrayFactor: 1 }, machine).totalBlockTrayFactor).toBe(1);
  });
});

describe('the boli of a beam', () => {
  const contours = stackOf((z) => square(10, z), -10, 10, 5);
  const structures = structuresOf([
    roiOf(1, 'BODY', 'EXTERNAL', contours),
    roiOf(4, 'Bolus5', 'BOLUS', contours),
    roiOf(5, 'Bolus10', 'BOLUS', contours),
    roiOf(6, 'Empty', 'BOLUS', []),
  ]);
  const boli =
    (...numbers: number[]): (() => unknown) =>
    () =>
      bolusesOf({ ...beam(1), boluses: numbers.map((roiNumber) => ({ roiNumber })) }, structures).map(
        ({ name }) => name,
      );

  it('are the structures it refers to, each once, and no other bolus', () => {
    expect(boli(5, 5)()).toEqual(['Bolus10']);
    expect(boli(4, 5)()).toEqual(['Bolus5', 'Bolus10']);
    expect(bolusesOf(beam(1), structures)).toEqual([]);
  });

  it('must be there', () => {
    expect(refusal(boli(9))).toBe('REFERENCE ReferencedBolusSequence');
    expect(refusal(boli(6))).toBe('REFERENCE ReferencedBolusSequence');
  });
});
