import { describe, expect, it } from 'vitest';
import { fromCanvas, panned, placementOf, toCanvas, zoomed } from '#renderer/viewports/beamsEye/placement.ts';
import { shownBeam, wholeField } from '#renderer/viewports/beamsEye/shownBeam.ts';
import { testBeam, testDocument } from '../../document/documentBuilder.ts';

const look = { middle: [10, -20], reach: 100 } as const;

describe('placement of the beam’s-eye view', () => {
  it('x goes right, y up, and the way back is the same', () => {
    const place = placementOf(look, 400, 300);
    expect(place.scale).toBe(1.5);
    expect(toCanvas(place, 10, -20)).toEqual([200, 150]);
    expect(toCanvas(place, 11, -19)).toEqual([201.5, 148.5]);
    expect(fromCanvas(place, ...toCanvas(place, 33, 44))).toEqual([33, 44]);
  });

  it('a drag takes the picture along; the wheel leaves what is under the cursor where it is', () => {
    const place = placementOf(look, 400, 300);
    const moved = placementOf(panned(look, place, 15, -30), 400, 300);
    expect(toCanvas(moved, 0, 0)).toEqual([place.left + 15, place.top - 30]);
    const nearer = placementOf(zoomed(look, 2, 50, 60), 400, 300);
    expect(nearer.scale).toBe(3);
    toCanvas(nearer, 50, 60).forEach((value, axis) => expect(value).toBeCloseTo(toCanvas(place, 50, 60)[axis], 9));
    expect(zoomed(look, 1e9, 0, 0).reach).toBe(10);
  });
});

describe('the beam shown', () => {
  const plan = { ...testDocument().plan!, beams: [testBeam(1, 0), testBeam(2, 90)] };

  it('is the selected one, else the first, at a control point it has', () => {
    expect(shownBeam(plan, 2, 0)?.beam.number).toBe(2);
    expect(shownBeam(plan, 7, 99)).toMatchObject({ beam: { number: 1 }, index: 1 });
    expect(shownBeam({ ...plan, beams: [] }, 1, 0)).toBeUndefined();
    expect(shownBeam({ ...plan, patientPosition: 'SITTING' }, 1, 0)?.frame).toBeUndefined();
  });

  it('is seen whole with room around the jaws', () => {
    const control = { ...testBeam(1, 0).controlPoints[0], positions: { ASYMX: [-30, 140], ASYMY: [-50, 50] } };
    expect(wholeField(control)).toEqual({ middle: [0, 0], reach: 165 });
  });
});
