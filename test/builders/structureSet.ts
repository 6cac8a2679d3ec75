import { indexToPatient } from '#shared/geometry/volume.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Contour, Roi, StructureSet } from '#shared/model/structures.ts';
import { frameUid, instanceUid } from './context.ts';
import { imageVolume } from './image.ts';
import { seeded } from './random.ts';

/** BODY, PTV with a hole, a marker point and an ROI without contours, drawn on every slice of the image of the same seed. */
export function structureSet(
  seed = 1,
  image: ImageVolume = imageVolume(seed),
  overrides: Partial<StructureSet> = {},
): StructureSet {
  const random = seeded(seed + 1000);
  const ring = (k: number, radius: number, vertices: number): Contour => {
    const points = new Float64Array(vertices * 3);
    for (let v = 0; v < vertices; v++) {
      const angle = (2 * Math.PI * v) / vertices;
      const r = radius * (0.9 + 0.2 * random());
      points.set(
        indexToPatient(image, [image.dims[0] / 2 + r * Math.cos(angle), image.dims[1] / 2 + r * Math.sin(angle), k]),
        3 * v,
      );
    }
    return { type: 'CLOSED_PLANAR', points, referencedSopInstanceUid: image.slices[k].sopInstanceUid };
  };
  const slices = Array.from({ length: image.dims[2] }, (_, k) => k);
  const roi = (number: number, name: string, type: Roi['type'], contours: Contour[]): Roi => ({
    number,
    name,
    type,
    color: [20 * number, 255 - 20 * number, 100],
    generationAlgorithm: number === 1 ? 'AUTOMATIC' : 'MANUAL',
    frameOfReferenceUid: frameUid(seed),
    contours,
  });
  return {
    sopInstanceUid: instanceUid('RTSTRUCT', seed),
    label: 'Test set',
    name: 'Structures of a test',
    frameOfReferenceUid: frameUid(seed),
    referencedStudyUid: image.study.studyInstanceUid,
    referencedSeriesUid: image.seriesInstanceUid,
    referencedImages: image.slices,
    rois: [
      roi(
        1,
        'BODY',
        'EXTERNAL',
        slices.map((k) => ring(k, 3.5, 40)),
      ),
      roi(
        2,
        'PTV',
        'PTV',
        slices.slice(1, -1).flatMap((k) => [ring(k, 2, 24), ring(k, 1, 12)]),
      ),
      roi(4, 'Fiducial', 'MARKER', [{ type: 'POINT', points: Float64Array.from(indexToPatient(image, [3, 3, 2])) }]),
      roi(5, 'Später', 'ORGAN', []),
    ],
    warnings: [],
    ...overrides,
  };
}
