import { describe, expect, it } from 'vitest';
import { samplePlane } from '#renderer/viewports/compare/comparePixels.ts';
import { planeAxes, PLANES } from '#renderer/viewports/plane/planes.ts';
import type { PlaneId } from '#renderer/viewports/plane/planeView.ts';
import { planeViewOf } from '#renderer/viewports/plane/projection.ts';
import { writeImageSeries } from '#shared/dicom/image/imageSeries.ts';
import { buildImageVolume } from '#shared/dicom/image/imageVolume.ts';
import { invertRigid, rigidFromParameters, transformPoint } from '#shared/geometry/affine.ts';
import { moveGrid } from '#shared/geometry/volume.ts';
import { add, length, subtract, type Vec3 } from '#shared/geometry/vec.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import { objectContext } from '#test/builders/context.ts';
import { markedImage, ORIENTATIONS } from '#test/builders/orientations.ts';

/** Nowhere symmetric: a swapped or mirrored axis would show. */
const MARKERS: readonly Vec3[] = [
  [22, -9, 13],
  [-17, 20, -25],
];
/** Issue 5 asks for known points in known places; a tenth of a mm is a thirtieth of a voxel. */
const TOLERANCE = 0.1;

/** Through files, as they come from a scanner. */
const stored = async (image: ImageVolume, patientPosition: string): Promise<ImageVolume> =>
  buildImageVolume(writeImageSeries({ ...image, patientPosition }, objectContext(image.modality)));

/** Centre of brightness of an image on a plane through `marker`, within 15 mm of it, LPS mm. */
function seenAt(image: ImageVolume, ct: ImageVolume, plane: PlaneId, marker: Vec3): Vec3 {
  const view = planeViewOf({ id: plane, axes: planeAxes(ct, plane), centre: marker, scale: 2, width: 61, height: 61 });
  const { width, height, values } = samplePlane(image, view, 1);
  let [sum, x, y] = [0, 0, 0];
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const value = values[row * width + column];
      sum += value;
      x += value * (column + 0.5);
      y += value * (row + 0.5);
    }
  return view.toPatient(x / sum, y / sum);
}

const position = (name: string): string => (/^[HF]F/.test(name) ? name : 'HFS');

describe('known points of a second image lie in their places on a head-first supine CT', () => {
  const ct = markedImage('CT', ORIENTATIONS.HFS, MARKERS);

  it.each(Object.keys(ORIENTATIONS))('scanned %s, in the CT’s frame of reference', async (name) => {
    const mr = await stored(markedImage('MR', ORIENTATIONS[name], MARKERS), position(name));
    for (const plane of PLANES)
      for (const marker of MARKERS)
        expect(length(subtract(seenAt(mr, ct, plane, marker), marker))).toBeLessThan(TOLERANCE);
  });

  it.each(Object.keys(ORIENTATIONS))(
    'scanned %s and oblique, in a frame of its own, through a registration',
    async (name) => {
      // Where the registration puts the points, they were scanned elsewhere.
      const toCt = rigidFromParameters([7, -12, 160], [25, -40, 60]);
      const scanned = MARKERS.map((marker) => transformPoint(invertRigid(toCt), marker));
      // The field of view follows the patient: its centre where the CT's centre was scanned.
      const centre = transformPoint(invertRigid(toCt), [0, 0, 0]);
      const about = scanned.map((point) => subtract(point, centre));
      const image = markedImage('MR', ORIENTATIONS[name], about, [10, -15, 20]);
      const moved = { ...image, origin: add(image.origin, centre) };
      const mr = moveGrid(await stored(moved, position(name)), toCt);
      for (const plane of PLANES)
        for (const marker of MARKERS)
          expect(length(subtract(seenAt(mr, ct, plane, marker), marker))).toBeLessThan(TOLERANCE);
    },
  );

  it.each(['HFP', 'FFS', 'HFDR', 'FFDL', 'sagittal'])(
    'and a %s CT as the planning image shows them where they are',
    async (name) => {
      const planning = await stored(markedImage('CT', ORIENTATIONS[name], MARKERS), position(name));
      for (const plane of PLANES)
        for (const marker of MARKERS) {
          expect(length(subtract(seenAt(planning, planning, plane, marker), marker))).toBeLessThan(TOLERANCE);
          expect(length(subtract(seenAt(ct, planning, plane, marker), marker))).toBeLessThan(TOLERANCE);
        }
    },
  );
});
