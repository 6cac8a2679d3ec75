import { describe, expect, it } from 'vitest';
import { graticule } from '#shared/beamsEye/graticule.ts';
import { leafRings, limiters } from '#shared/beamsEye/limiters.ts';
import { joined, turnDrawing } from '#shared/beamsEye/shapes.ts';
import { gantryFromPatient } from '#shared/beamsEye/axes.ts';
import { bldFromPatient, iecFromPatient, projectToIsocenterPlane } from '#shared/geometry/iec.ts';
import type { Beam, ControlPoint } from '#shared/model/plan.ts';
import { areaOf, boundsOf, normaliseRings } from '#shared/structures/contours/rings.ts';
import { testBeam } from '../../renderer/document/documentBuilder.ts';

const pointWith = (positions: ControlPoint['positions']): ControlPoint => ({
  ...testBeam(1, 0).controlPoints[0],
  positions,
});

describe('leaves and jaws', () => {
  it('leaves cover from the edge of the view to their ends, along x or along y', () => {
    const along = { type: 'MLCX', pairs: 2, leafBoundaries: [-10, 0, 10] } as const;
    expect(leafRings(along, pointWith({ MLCX: [-5, -1, 7, 2] }), 100).map((ring) => boundsOf([ring]))).toEqual([
      [-100, -10, -5, 0],
      [7, -10, 100, 0],
      [-100, 0, -1, 10],
      [2, 0, 100, 10],
    ]);
    const across = { type: 'MLCY', pairs: 1, leafBoundaries: [-10, 10] } as const;
    expect(leafRings(across, pointWith({ MLCY: [-5, 7] }), 100).map((ring) => boundsOf([ring]))).toEqual([
      [-10, -100, 10, -5],
      [-10, 7, 10, 100],
    ]);
  });

  it('the field’s edge is what jaws, leaves and blocks leave open', () => {
    const beam: Beam = {
      ...testBeam(1, 0),
      devices: [{ type: 'MLCX', pairs: 2, leafBoundaries: [-10, 0, 10] }],
      blocks: [{ number: 1, type: 'SHIELDING', divergence: '', materialId: '', outline: [0, 0, 4, 0, 4, 4, 0, 4] }],
    };
    const point = pointWith({ ASYMX: [-4, 6], ASYMY: [-10, 8], MLCX: [-5, -1, 7, 2] });
    const edge = limiters(beam, point, 100).shapes.at(-1)!;
    // 10 × 10 below the axis, 3 × 8 above, less the 2 × 4 of the block that is in the open.
    expect(areaOf(normaliseRings(edge.rings))).toBeCloseTo(100 + 24 - 8, 3);
  });
});

describe('drawings', () => {
  it('a graticule has a tick every 10 mm and numbers every 50 mm on both sides', () => {
    const { shapes, marks } = graticule(120);
    expect(shapes[0].rings).toHaveLength(2 + 12 * 2 * 2);
    expect(marks.map(({ text }) => text).filter((text) => text === '−100')).toHaveLength(2);
    expect(marks.slice(-2).map(({ text }) => text)).toEqual(['X+', 'Y+']);
  });

  it('turned by the collimator they lie in gantry axes as the patient does', () => {
    const iec = iecFromPatient('HFS')!;
    const angles = { gantry: 30, collimator: 25, couch: 10 };
    const point = [40, -30, 20] as const;
    const at = projectToIsocenterPlane(bldFromPatient(angles, [1, 2, 3], iec), 1000, point)!;
    const drawn = turnDrawing({ shapes: [], marks: [{ at, text: '', color: '', align: 'left' }] }, 25);
    const expected = projectToIsocenterPlane(gantryFromPatient(angles, [1, 2, 3], iec), 1000, point)!;
    drawn.marks[0].at.forEach((value, axis) => expect(value).toBeCloseTo(expected[axis], 9));
    expect(joined(drawn, graticule(10)).marks.length).toBeGreaterThan(2);
  });
});
