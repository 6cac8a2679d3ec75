import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDocument } from '#renderer/document/store.ts';
import { useBeamsEye } from '#renderer/viewports/beamsEye/beamsEyeStore.ts';
import { distancesAt, lightFieldOf } from '#renderer/viewports/beamsEye/beamSkin.ts';
import { shownBeam } from '#renderer/viewports/beamsEye/shownBeam.ts';
import { useBeamView } from '#renderer/viewports/painters/beams/beamView.ts';
import { lightFieldPainter } from '#renderer/viewports/painters/beams/lightFieldPainter.ts';
import type { PlaneView } from '#renderer/viewports/plane/planeView.ts';
import { square, testDocument, testRoi, testStructures } from '../document/documentBuilder.ts';

/** A block of 200 × 200 mm on planes from −100 to 100 mm, and 10 mm of bolus on its front. */
const planes = Array.from({ length: 41 }, (_, n) => 5 * n - 100);
const structures = testStructures([
  testRoi(1, 'BODY', { type: 'EXTERNAL', contours: planes.map((z) => square(0, 0, z, 100)) }),
  testRoi(3, 'Bolus', { type: 'BOLUS', contours: planes.map((z) => square(0, -105, z, 5)) }),
]);
const document = testDocument({ structures });
const plan = document.plan!;

const axial: PlaneView = {
  id: 'axial',
  point: [0, 0, 0],
  right: [1, 0, 0],
  down: [0, 1, 0],
  normal: [0, 0, 1],
  scale: 1,
  width: 400,
  height: 400,
  toCanvas: ([x, y]) => [200 + x, 200 + y],
  toPatient: (x, y) => [x - 200, y - 200, 0],
};

/** Records where dots are drawn. */
function drawn(view: PlaneView): number[][] {
  const dots: number[][] = [];
  const context = new Proxy(
    {},
    {
      get: (_, name) => (name === 'arc' ? (x: number, y: number) => dots.push([x, y]) : () => undefined),
      set: () => true,
    },
  );
  lightFieldPainter.paint(context as CanvasRenderingContext2D, view);
  return dots;
}

describe('light field of the selected beam', () => {
  beforeEach(() => {
    openDocument(document);
    useBeamView.setState({ visible: true, selected: 1 });
    useBeamsEye.setState({ light: true });
  });
  afterEach(() => {
    openDocument(null);
    useBeamView.setState({ visible: false, selected: null });
    useBeamsEye.setState({ light: false });
  });

  it('goes through the axial plane at its two edges, on the skin', () => {
    const dots = drawn(axial).sort((a, b) => a[0] - b[0]);
    // 50 mm at the isocenter are 45 mm on the skin 100 mm before it.
    expect(dots.map(([x, y]) => [Math.round(x), Math.round(y)])).toEqual([[155, 100], [245, 100]]); // biome-ignore format: dots
  });

  it('does so wherever the plane lies along its edges', () => {
    for (const z of [0.4, 1.1, -7.7, 33]) expect(drawn({ ...axial, point: [0, 0, z] }), `z ${z}`).toHaveLength(2);
    expect(drawn({ ...axial, point: [0, 0, 60] })).toEqual([]);
  });

  it('is not drawn while it is off, or without a selected beam', () => {
    useBeamsEye.setState({ light: false });
    expect(drawn(axial)).toEqual([]);
    useBeamsEye.setState({ light: true });
    useBeamView.setState({ selected: null });
    expect(drawn(axial)).toEqual([]);
  });

  it('is cast once, and again for other structures', () => {
    const lines = lightFieldOf(plan, plan.beams[0], structures);
    expect(lightFieldOf(plan, plan.beams[0], structures)).toBe(lines);
    expect(lightFieldOf(plan, plan.beams[0], testStructures([...structures.rois]))).not.toBe(lines);
    expect(lightFieldOf(plan, plan.beams[1], testStructures([]))).toEqual([]);
  });

  it('distances are to the skin, and to the boli of the beam where it has some', () => {
    const beam = { ...plan.beams[0], boluses: [{ roiNumber: 3 }] };
    const shown = shownBeam({ ...plan, beams: [beam] }, 1, 0)!;
    const on = distancesAt(shown, structures)!;
    expect([on.skin.distance, on.outer.distance].map((mm) => Math.round(mm))).toEqual([900, 890]);
    const bare = distancesAt(shownBeam(plan, 1, 0)!, structures)!;
    expect(bare.outer).toEqual(bare.skin);
    expect(distancesAt(shown, structures, 300, 0)).toBeUndefined();
  });
});
