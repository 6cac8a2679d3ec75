import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { Canvas } from '#main/cli/picture/canvas.ts';
import { fusedSlice } from '#main/cli/picture/fusedSlice.ts';
import { AXIAL } from '#shared/geometry/volume.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Roi } from '#shared/model/structures.ts';

const pixelsOf = (png: Uint8Array) => {
  const { width, height, data } = PNG.sync.read(Buffer.from(png));
  return {
    width,
    height,
    at: (x: number, y: number) => [...data.subarray(4 * (x + width * y), 4 * (x + width * y) + 3)],
  };
};

describe('the canvas', () => {
  it('draws lines of their width, and closes rings', () => {
    const canvas = new Canvas(20, 20);
    canvas.polyline([4, 4, 16, 4, 16, 16, 4, 16], true, [255, 0, 0], 2);
    const { at } = pixelsOf(canvas.toPng());
    expect(at(10, 4)).toEqual([255, 0, 0]);
    expect(at(4, 10)).toEqual([255, 0, 0]);
    expect(at(10, 10)).toEqual([0, 0, 0]);
    expect(at(10, 1)).toEqual([0, 0, 0]);
  });

  it('clips what leaves it', () => {
    const canvas = new Canvas(4, 4);
    canvas.polyline([-50, 1, 50, 1], false, [0, 255, 0], 1);
    canvas.text(-3, -3, 'PTV', [255, 255, 255]);
    canvas.fill(3, 3, 9, 9, [9, 9, 9]);
    expect(pixelsOf(canvas.toPng()).at(2, 1)[1]).toBeGreaterThan(200);
  });
});

describe('a fused slice', () => {
  // A 180 mm cube of voxels of 6 mm: water on the patient's right (low x), bone on the left; a bright MR spot; a dose ball.
  const grid = { dims: [30, 30, 30], spacing: [6, 6, 6], origin: [-87, -87, -87], direction: AXIAL } as const;
  const fill = <T extends Int16Array | Float32Array>(
    data: T,
    value: (x: number, y: number, z: number) => number,
  ): T => {
    for (let p = 0; p < data.length; p++)
      data[p] = value(-87 + 6 * (p % 30), -87 + 6 * (Math.floor(p / 30) % 30), -87 + 6 * Math.floor(p / 900));
    return data;
  };
  const image = (modality: string, data: Int16Array): ImageVolume => ({
    ...grid,
    data,
    modality,
    unit: modality === 'CT' ? 'HU' : '',
    slope: 1,
    intercept: 0,
    patient: { patientName: 'A', patientId: 'A', patientBirthDate: '', patientSex: '' },
    study: {
      studyInstanceUid: '1',
      studyDate: '',
      studyTime: '',
      studyId: '',
      accessionNumber: '',
      referringPhysicianName: '',
    },
    seriesInstanceUid: '1',
    seriesDescription: '',
    frameOfReferenceUid: '1',
    patientPosition: 'HFS',
    slices: [],
    window: { center: 50, width: 100 },
    warnings: [],
  });
  const ct = image(
    'CT',
    fill(new Int16Array(27000), (x) => (x < 0 ? 0 : 450)),
  );
  const mr = image(
    'MR',
    fill(new Int16Array(27000), (x, y) => (Math.hypot(x, y - 45) < 18 ? 100 : 0)),
  );
  const dose: DoseVolume = {
    ...grid,
    data: fill(new Float32Array(27000), (x, y, z) => 60 - Math.hypot(x, y, z)),
    sopInstanceUid: '1',
    frameOfReferenceUid: '1',
    summation: 'PLAN',
    doseType: 'PHYSICAL',
    warnings: [],
  };
  const roi: Roi = {
    number: 1,
    name: '',
    type: 'ORGAN',
    color: [0, 0, 255],
    generationAlgorithm: '',
    frameOfReferenceUid: '1',
    contours: [-9, -3, 3, 9].map((z) => ({
      type: 'CLOSED_PLANAR',
      points: Float64Array.of(-72, -72, z, 72, -72, z, 72, 72, z, -72, 72, z),
    })),
  };

  it('shows CT, overlay, contours and isodoses where they are', () => {
    const { width, height, at } = pixelsOf(
      fusedSlice({ ct, overlay: mr, rois: [roi], dose, reference: 30 }, 'axial', [0, 0, 3]),
    );
    expect([width, height]).toEqual([300, 300]);
    const pixel = (x: number, y: number) => at(Math.round((x + 90) / 0.6), Math.round((y + 90) / 0.6));
    const [left, right] = [pixel(-82, 60), pixel(82, 60)];
    expect(new Set(left).size).toBe(1);
    expect(right[0]).toBeGreaterThan(left[0] + 40);
    const [red, , blue] = pixel(6, 57);
    expect(red).toBeGreaterThan(blue + 20);
    expect(pixel(-72, 30)[2]).toBeGreaterThan(pixel(-72, 30)[0] + 60);
    // 100 % = 30 Gy lies 30 mm from the centre: orange, with little blue.
    const isodose = pixel(-30, 0);
    expect(isodose[0]).toBeGreaterThan(isodose[2] + 80);
  });

  it('turns sagittal and coronal planes head up, anterior left', () => {
    const upper = {
      ...roi,
      contours: roi.contours.map(({ type, points }, n) => ({
        type,
        points: points.map((value, axis) => (axis % 3 === 2 ? 45 + 6 * n : value)),
      })),
    };
    for (const axis of ['sagittal', 'coronal'] as const) {
      const { at } = pixelsOf(fusedSlice({ ct, rois: [upper], reference: 30 }, axis, [3, 3, 3]));
      const row = (z: number) => Math.round((90 - z) / 0.6);
      const blue = (y: number) => at(200, y)[2] - at(200, y)[0];
      expect(blue(row(42))).toBeGreaterThan(60);
      expect(blue(row(-42))).toBe(0);
    }
  });
});
