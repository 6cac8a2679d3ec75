import { describe, expect, it } from 'vitest';
import { doseColorTable, doseWashPixels } from '#renderer/viewports/layers/doseWash.ts';
import { presentationOf } from '#renderer/viewports/layers/layerPresentation.ts';
import { planeAxes } from '#renderer/viewports/plane/planes.ts';
import { planeViewOf } from '#renderer/viewports/plane/projection.ts';
import { valueAt } from '#renderer/viewports/plane/valueAt.ts';
import { autoWindow, presetsFor } from '#renderer/viewports/layers/windowPresets.ts';
import { AXIAL, sampleAtPoint, type Volume } from '#shared/geometry/volume.ts';
import type { ImageVolume } from '#shared/model/image.ts';

const image = (changes: Partial<ImageVolume> = {}): ImageVolume => ({
  dims: [10, 10, 4],
  spacing: [2, 2, 3],
  origin: [0, 0, 0],
  direction: AXIAL,
  data: Int16Array.from({ length: 400 }, (_, i) => i),
  modality: 'CT',
  unit: 'HU',
  slope: 2,
  intercept: -1000,
  patient: { patientName: '', patientId: '', patientBirthDate: '', patientSex: '' },
  study: {
    studyInstanceUid: '1',
    studyDate: '',
    studyTime: '',
    studyId: '',
    accessionNumber: '',
    referringPhysicianName: '',
  },
  seriesInstanceUid: '1.2',
  seriesDescription: '',
  frameOfReferenceUid: '1.3',
  patientPosition: 'HFS',
  slices: [],
  window: { center: 40, width: 400 },
  warnings: [],
  ...changes,
});

describe('valueAt', () => {
  it('is the rescaled value of the voxel a point lies in', () => {
    expect(valueAt(image(), [4.9, 2.9, 1.4])).toBe((2 + 10) * 2 - 1000);
    expect(valueAt(image(), [5.1, 3.1, 1.6])).toBe((3 + 20 + 100) * 2 - 1000);
  });

  it('ends half a voxel beyond the last centre', () => {
    expect(valueAt(image(), [18.9, 0, 0])).toBe(9 * 2 - 1000);
    expect(valueAt(image(), [19.1, 0, 0])).toBeUndefined();
    expect(valueAt(image(), [0, 0, -1.6])).toBeUndefined();
  });
});

describe('presentationOf', () => {
  it('asks for the window in stored values', () => {
    const layer = { image: image(), volumeId: 'v', window: { center: 40, width: 400 }, opacity: 0.3, visible: true };
    expect(presentationOf(layer)).toMatchObject({ lower: (-160 + 1000) / 2, upper: (240 + 1000) / 2, opacity: 0.3 });
  });
});

describe('windows', () => {
  it('auto covers the values without the outliers', () => {
    const data = Float32Array.from({ length: 10_000 }, (_, i) => i / 10);
    data[5] = 1e9;
    const { center, width } = autoWindow(
      image({ data, dims: [100, 100, 1], slope: 1, intercept: 0, modality: 'MR', unit: '' }),
    );
    expect(center - width / 2).toBeCloseTo(10, 0);
    expect(center + width / 2).toBeCloseTo(995, 0);
  });

  it('starts at zero for PET and never has width zero', () => {
    const flat = image({ data: new Float32Array(400).fill(3), modality: 'PT', unit: 'BQML', slope: 1, intercept: 0 });
    expect(autoWindow(flat).center - autoWindow(flat).width / 2).toBe(0);
    expect(autoWindow(image({ data: new Float32Array(400), modality: 'MR', unit: '' })).width).toBeGreaterThan(0);
  });

  it('offers CT windows for HU, SUV ranges for SUV and auto for the rest', () => {
    expect(presetsFor(image()).map(({ name }) => name)).toContain('Lung');
    expect(presetsFor(image({ unit: 'SUV', modality: 'PT' }))[0].window).toEqual({ center: 2.5, width: 5 });
    expect(presetsFor(image({ unit: '', modality: 'MR' })).map(({ name }) => name)).toEqual([
      'Auto',
      '5–98 %',
      '1–90 %',
      'As sent',
    ]);
    expect(
      presetsFor(image({ bodyPart: 'CHEST' }))
        .slice(0, 2)
        .map(({ name }) => name),
    ).toEqual(['Lung', 'Mediastinum']);
  });
});

describe('doseWashPixels', () => {
  const dose: Volume<Float32Array> = {
    dims: [20, 16, 8],
    spacing: [2.5, 2.5, 2.5],
    origin: [-20.3, -15.1, -9.2],
    direction: AXIAL,
    data: Float32Array.from({ length: 20 * 16 * 8 }, (_, i) => 60 * Math.abs(Math.sin(i / 37))),
  };
  const grid = { dims: [50, 50, 50], spacing: [1, 1, 1], origin: [-25, -25, -25], direction: AXIAL } as const;
  const options = { min: 20, max: 60, opacity: 0.4, prescription: 50 };

  it.each(['axial', 'sagittal', 'coronal'] as const)(
    'has the colour of the interpolated dose on the %s plane',
    (id) => {
      const view = planeViewOf({
        id,
        axes: planeAxes(grid, id),
        centre: [1.3, 0.4, -2.2],
        scale: 3.7,
        width: 120,
        height: 90,
      });
      const { width, height, pixels } = doseWashPixels(dose, view, options, 2);
      expect([width, height]).toEqual([60, 45]);
      const table = doseColorTable();
      let drawn = 0;
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          const value = sampleAtPoint(dose, view.toPatient(x * 2 + 1, y * 2 + 1), -1);
          const p = (y * width + x) * 4;
          if (Math.abs(value - options.min) < 1e-3) continue;
          expect(pixels[p + 3]).toBe(value < options.min ? 0 : 102);
          if (value < options.min) continue;
          drawn++;
          const entry = Math.min(255, ((value - 20) / 40) * 255);
          for (const channel of [0, 1, 2]) {
            const near = [Math.floor(entry), Math.ceil(entry)].map((e) => table[e * 3 + channel]);
            expect(near).toContain(pixels[p + channel]);
          }
        }
      expect(drawn).toBeGreaterThan(50);
    },
  );

  it('draws nothing where there is no dose, even with a minimum of zero', () => {
    const view = planeViewOf({
      id: 'axial',
      axes: planeAxes(grid, 'axial'),
      centre: [500, 0, 0],
      scale: 3,
      width: 40,
      height: 40,
    });
    const { pixels } = doseWashPixels(dose, view, { ...options, min: 0 }, 2);
    expect(pixels.every((part) => part === 0)).toBe(true);
  });
});
