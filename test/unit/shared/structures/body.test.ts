import { describe, expect, it } from 'vitest';
import { measureRoi } from '#shared/evaluation/statistics.ts';
import { AXIAL } from '#shared/geometry/volume.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import { findBody } from '#shared/structures/body.ts';

type Painter = (x: number, y: number, z: number) => number;

/** A CT of 200 × 160 × 12 voxels of 2 × 2 × 3 mm round (0, 0, 0), stored as unsigned values with a rescale. */
function ct(paint: Painter, unit: ImageVolume['unit'] = 'HU'): ImageVolume<Uint16Array> {
  const data = new Uint16Array(200 * 160 * 12);
  let seed = 7;
  for (let k = 0, p = 0; k < 12; k++)
    for (let j = 0; j < 160; j++)
      for (let i = 0; i < 200; i++, p++) {
        seed = (seed * 1103515245 + 12345) % 2147483648;
        data[p] = Math.max(0, paint(2 * i - 199, 2 * j - 159, 3 * k) + 1024 + ((seed >> 16) % 61) - 30);
      }
  return {
    dims: [200, 160, 12],
    spacing: [2, 2, 3],
    origin: [-199, -159, 0],
    direction: AXIAL,
    data,
    modality: 'CT',
    unit,
    slope: 1,
    intercept: -1024,
    patient: { patientName: '', patientId: '', patientBirthDate: '', patientSex: '' },
    study: {
      studyInstanceUid: '',
      studyDate: '',
      studyTime: '',
      studyId: '',
      accessionNumber: '',
      referringPhysicianName: '',
    },
    seriesInstanceUid: '',
    seriesDescription: 'test',
    frameOfReferenceUid: '',
    patientPosition: 'HFS',
    slices: [],
    window: { center: 0, width: 400 },
    warnings: [],
  };
}

const inEllipse = (x: number, y: number, a: number, b: number): boolean => (x / a) ** 2 + (y / b) ** 2 < 1;
const trunk: Painter = (x, y) => {
  if (inEllipse(x - 60, y, 40, 55) || inEllipse(x + 60, y, 40, 55)) return -800;
  return inEllipse(x, y, 150, 90) ? 20 : -1000;
};
/** A carbon shell 4 mm thick round foam, 8 mm below the back. */
const couch: Painter = (x, y) => {
  if (Math.abs(x) > 170 || y < 98 || y > 146) return -1000;
  return y < 102 || y > 142 || Math.abs(x) > 166 ? 0 : -930;
};
const over =
  (a: Painter, b: Painter): Painter =>
  (x, y, z) =>
    Math.max(a(x, y, z), b(x, y, z));
const cm3 = (contours: ReturnType<typeof findBody>): number => measureRoi(contours)?.volume ?? 0;
const ellipse = Math.PI * 150 * 90 * 36 * 1e-3;

describe('findBody', () => {
  it('outlines a trunk on a couch: lungs filled, couch left out, one contour a slice, volume within 1 %', () => {
    const body = findBody(ct(over(trunk, couch)));
    expect(body).toHaveLength(12);
    expect(Math.abs(cm3(body) / ellipse - 1)).toBeLessThan(0.01);
    for (const { points } of body)
      for (let i = 0; i < points.length; i += 3)
        expect(Math.abs(Math.hypot(points[i] / 150, points[i + 1] / 90) - 1) * 90).toBeLessThan(2);
  });

  it('a couch that touches the back adds only a small bump', () => {
    const touching: Painter = (x, y, z) => couch(x, y + 9, z);
    const body = findBody(ct(over(trunk, touching)));
    expect(body).toHaveLength(12);
    expect(Math.abs(cm3(body) / ellipse - 1)).toBeLessThan(0.015);
    for (const { points } of body) for (let i = 1; i < points.length; i += 3) expect(points[i]).toBeLessThan(95);
  });

  it('keeps both legs', () => {
    const legs: Painter = (x, y) => (inEllipse(x - 80, y, 60, 70) || inEllipse(x + 80, y, 55, 60) ? 0 : -1000);
    const body = findBody(ct(over(legs, couch)));
    expect(body).toHaveLength(24);
    expect(Math.abs(cm3(body) / (Math.PI * (60 * 70 + 55 * 60) * 36 * 1e-3) - 1)).toBeLessThan(0.015);
  });

  it('an image cropped inside the patient is body to its border', () => {
    const body = findBody(ct(() => 30));
    expect(cm3(body)).toBeCloseTo(400 * 320 * 36 * 1e-3, -1);
  });

  it('refuses an MR and an empty room by name', () => {
    expect(() => findBody(ct(trunk, ''))).toThrow(expect.objectContaining({ code: 'USAGE', attribute: 'RescaleType' }));
    expect(() => findBody(ct(() => -1000))).toThrow(expect.objectContaining({ code: 'NOT_FOUND', object: 'test' }));
  });
});
