import type { BeamAccessories } from '#shared/model/accessories.ts';
import type { Beam } from '#shared/model/plan.ts';
import { beam } from './plan.ts';

/** One of every accessory, with every attribute that the records hold. */
export const everyAccessory: Required<BeamAccessories> = {
  wedges: [
    {
      number: 1,
      type: 'STANDARD',
      id: 'W30',
      accessoryCode: '1234',
      angle: 30,
      factor: 0.7125,
      orientation: 90,
      sourceToWedgeTray: 560,
    },
    { number: 7, type: 'MOTORIZED', id: 'MOTOR', angle: 60, effectiveAngle: 22.5, factor: 0.27, orientation: 0 },
  ],
  blocks: [
    {
      number: 3,
      name: 'Kidney left',
      type: 'SHIELDING',
      divergence: 'PRESENT',
      materialId: 'CERROBEND',
      transmission: 0.035,
      thickness: 75,
      sourceToTray: 650,
      mountingPosition: 'SOURCE_SIDE',
      trayId: 'T1',
      trayAccessoryCode: 'TRAY7',
      accessoryCode: 'B77',
      outline: [-20.5, -10, 15.25, -10, 15.25, 12.5],
    },
    { number: 4, type: 'APERTURE', divergence: '', materialId: '', transmission: 0, outline: [] },
  ],
  totalBlockTrayFactor: 0.965,
  boluses: [{ roiNumber: 12, id: 'BOLUS5', description: '5 mm gel sheet', accessoryCode: '99' }],
  compensators: [
    {
      number: 2,
      description: 'Made on the mill',
      id: 'C1',
      type: 'STANDARD',
      materialId: 'BRASS',
      trayId: 'CT1',
      accessoryCode: '55',
      divergence: 'PRESENT',
      mountingPosition: 'DOUBLE_SIDED',
      sourceToTray: 640,
      rows: 2,
      columns: 3,
      pixelSpacing: [5, 4.5],
      position: [-6.75, 5],
      transmission: [1, 0.9, 0.8, 0.7, 0.6, 0.5],
      thickness: [0, 1.5, 3, 4.5, 6, -7.5],
      sourceDistance: [630, 631, 632, 633, 634, 635],
    },
  ],
  totalCompensatorTrayFactor: 0.98,
  applicators: [
    {
      id: 'A15',
      type: 'ELECTRON_RECT',
      description: 'Cone 15 by 10',
      accessoryCode: '4002',
      sourceToMounting: 540.5,
      geometry: { shape: 'SYM_RECTANGLE', openingX: 150, openingY: 100.5 },
    },
  ],
  generalAccessories: [
    {
      number: 1,
      id: 'GRAT',
      type: 'GRATICULE',
      description: 'Lead beads',
      accessoryCode: '77',
      sourceDistance: 671.5,
    },
  ],
};

/** A beam with these accessories; all its wedges are in at first and out at the last control point. */
export function fitted(accessories: BeamAccessories, number = 1, points = 2): Beam {
  const plain = beam(number, 1, points);
  const numbers = accessories.wedges?.map((wedge) => wedge.number) ?? [];
  return {
    ...plain,
    ...accessories,
    controlPoints: plain.controlPoints.map((point, index) => ({
      ...point,
      ...(numbers.length === 0
        ? {}
        : { wedgePositions: Object.fromEntries(numbers.map((n) => [n, index < points - 1 ? 'IN' : 'OUT'] as const)) }),
    })),
  };
}
