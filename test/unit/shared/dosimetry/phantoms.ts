import { AXIAL, type Grid } from '#shared/geometry/volume.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Contour, Roi, StructureSet } from '#shared/model/structures.ts';

/** A CT centred on the LPS origin with given HU. */
export function ctOf(
  dims: Grid['dims'],
  spacing: Grid['spacing'],
  hu: (i: number, j: number, k: number) => number,
): ImageVolume<Int16Array> {
  const data = new Int16Array(dims[0] * dims[1] * dims[2]);
  for (let n = 0; n < data.length; n++)
    data[n] = hu(n % dims[0], Math.floor(n / dims[0]) % dims[1], Math.floor(n / dims[0] / dims[1]));
  return {
    dims,
    spacing,
    origin: [0, 1, 2].map((axis) => (-(dims[axis] - 1) / 2) * spacing[axis]) as unknown as Grid['origin'],
    direction: AXIAL,
    data,
    modality: 'CT',
    unit: 'HU',
    slope: 1,
    intercept: 0,
    patient: { patientName: 'Cube^Water', patientId: 'CUBE', patientBirthDate: '', patientSex: '' },
    study: {
      studyInstanceUid: '2.25.1',
      studyDate: '',
      studyTime: '',
      studyId: '',
      accessionNumber: '',
      referringPhysicianName: '',
    },
    seriesInstanceUid: '2.25.2',
    seriesDescription: 'test CT',
    frameOfReferenceUid: '2.25.3',
    patientPosition: 'HFS',
    slices: [],
    window: { center: 0, width: 400 },
    warnings: [],
  };
}

/** A square contour of side `mm` centred on the axis in the plane z. */
export function square(mm: number, z: number, x = 0, y = 0): Contour {
  const h = mm / 2;
  return {
    type: 'CLOSED_PLANAR',
    points: Float64Array.of(x - h, y - h, z, x + h, y - h, z, x + h, y + h, z, x - h, y + h, z),
  };
}

/** A circle of `count` vertices in the plane z. */
export function circle(radius: number, z: number, x = 0, y = 0, count = 180): Contour {
  const points = new Float64Array(3 * count);
  for (let n = 0; n < count; n++)
    points.set(
      [x + radius * Math.cos((2 * Math.PI * n) / count), y + radius * Math.sin((2 * Math.PI * n) / count), z],
      3 * n,
    );
  return { type: 'CLOSED_PLANAR', points };
}

/** Contours on planes from `low` to `high` every `step` mm. */
export function stackOf(make: (z: number) => Contour, low: number, high: number, step: number): Contour[] {
  return Array.from({ length: Math.round((high - low) / step) + 1 }, (_, n) => make(low + n * step));
}

export function roiOf(number: number, name: string, type: Roi['type'], contours: readonly Contour[]): Roi {
  return {
    number,
    name,
    type,
    color: [255, 0, 0],
    generationAlgorithm: 'MANUAL',
    frameOfReferenceUid: '2.25.3',
    contours,
  };
}

export function structuresOf(rois: readonly Roi[]): StructureSet {
  return {
    sopInstanceUid: '2.25.4',
    label: 'TEST',
    frameOfReferenceUid: '2.25.3',
    referencedStudyUid: '2.25.1',
    referencedSeriesUid: '2.25.2',
    referencedImages: [],
    rois,
    warnings: [],
  };
}
