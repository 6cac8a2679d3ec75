import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DataSetInput } from '#shared/dicom/codec/encode.ts';
import { readDoseGrid } from '#shared/dicom/dose/doseGrid.ts';
import { readPart10, writePart10 } from '#shared/dicom/codec/part10.ts';
import { readDose } from '#shared/dicom/dose/rtDose.ts';
import { RT_DOSE } from '#shared/dicom/uid.ts';
import { transformVector } from '#shared/geometry/affine.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { trilinearSampler } from '#shared/geometry/sampler.ts';
import { AXIAL, type Grid, indexToPatient } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import { doseWashPixels } from '#renderer/viewports/layers/doseWash.ts';
import { isodoseLines } from '#renderer/viewports/painters/dose/isodoseLines.ts';
import { planeAxes, PLANES } from '#renderer/viewports/plane/planes.ts';
import { planeViewOf } from '#renderer/viewports/plane/projection.ts';

/** ARIA's RT Doses of one phantom in the eight positions, and the coordinates of their voxels in the room (pymedphys). */
const FOLDER = path.resolve(process.cwd(), '../shared/data/pymedphys/aria_orientation_doses');
const POSITIONS = ['HFS', 'HFP', 'HFDL', 'HFDR', 'FFS', 'FFP', 'FFDL', 'FFDR'] as const;
const there = existsSync(FOLDER);

const file = (position: string): Uint8Array =>
  readFileSync(path.join(FOLDER, `RD.DICOMORIENT.Dose_${position}_empty.dcm`));

/** x, y and z of the voxels in IEC 61217 fixed axes, mm, rising. The files were made with the couch at zero. */
const inRoom = there
  ? (JSON.parse(readFileSync(path.join(FOLDER, 'expected_iec_fixed_xyz.json'), 'utf8')) as Record<string, number[][]>)
  : {};

/** Position along each room axis of every voxel along it, rising. */
function roomAxes(grid: Grid, position: string): number[][] {
  const turn = iecFromPatient(position);
  if (turn === undefined) throw new Error(position);
  const corner = transformVector(turn, grid.origin);
  return [0, 1, 2].map((room) => {
    const axis = ([0, 1, 2] as const).find((n) => Math.abs(step(grid, turn, n)[room]) > 1e-6) ?? 0;
    const mm = step(grid, turn, axis)[room];
    return Array.from({ length: grid.dims[axis] }, (_, n) => corner[room] + n * mm).sort((a, b) => a - b);
  });
}

const step = (grid: Grid, turn: readonly number[], axis: 0 | 1 | 2): Vec3 =>
  transformVector(turn, [0, 1, 2].map((n) => grid.direction[3 * axis + n] * grid.spacing[axis]) as unknown as Vec3);

/** Of the file's 101 frames these are given pixels. */
const frames = 40;

/** The file's geometry over pixels of our own: the published ones are empty. */
function withPixels(position: string, gray: (x: number, y: number, z: number) => number, more: DataSetInput = {}): DoseVolume {
  const { dataset } = readPart10(file(position));
  const [rows, columns] = ['Rows', 'Columns'].map((key) => dataset.needNumber(key));
  const [origin, o, [between, across]] = [
    dataset.needNumbers('ImagePositionPatient', 3),
    dataset.needNumbers('ImageOrientationPatient', 6),
    dataset.needNumbers('PixelSpacing', 2),
  ];
  const normal = [o[1] * o[5] - o[2] * o[4], o[2] * o[3] - o[0] * o[5], o[0] * o[4] - o[1] * o[3]];
  const offsets = dataset.numbers('GridFrameOffsetVector').slice(0, frames);
  const pixels = new Uint16Array(rows * columns * frames);
  let p = 0;
  // PS3.3 C.7.6.2.1.1 and C.8.8.3.2, written out once more by hand.
  const at = (n: number, f: number, r: number): number => origin[n] + r * between * o[3 + n] + offsets[f] * normal[n];
  const [dx, dy, dz] = [0, 1, 2].map((n) => across * o[n]);
  for (let f = 0; f < frames; f++)
    for (let r = 0; r < rows; r++) {
      const [x, y, z] = [at(0, f, r), at(1, f, r), at(2, f, r)];
      for (let c = 0; c < columns; c++) pixels[p++] = Math.round(1000 * gray(x + c * dx, y + c * dy, z + c * dz));
    }
  return readDose(
    writePart10({
      SOPClassUID: RT_DOSE, SOPInstanceUID: '1.2.3', Modality: 'RTDOSE', FrameOfReferenceUID: '1.2.6',
      ImagePositionPatient: origin, ImageOrientationPatient: o, PixelSpacing: [between, across],
      SamplesPerPixel: 1, PhotometricInterpretation: 'MONOCHROME2', NumberOfFrames: frames, Rows: rows, Columns: columns,
      BitsAllocated: 16, BitsStored: 16, HighBit: 15, PixelRepresentation: 0, DoseUnits: 'GY', DoseType: 'PHYSICAL',
      DoseSummationType: 'PLAN', GridFrameOffsetVector: offsets, DoseGridScaling: 0.001, PixelData: pixels, ...more,
    }),
  );
} // biome-ignore format: a data set

/** A peak of 40 Gy, 30 mm wide, at a point that lies on no voxel. */
const peakAt =
  ([a, b, c]: Vec3) =>
  (x: number, y: number, z: number): number =>
    Math.max(0, 40 - 2 * Math.sqrt((x - a) ** 2 + (y - b) ** 2 + (z - c) ** 2));

describe.skipIf(!there)('RT Doses of the eight patient positions', () => {
  test.each(POSITIONS)('%s: every voxel lies in the room where it is said to, within 0.01 mm', (position) => {
    const { grid } = readDoseGrid(readPart10(file(position)).dataset);
    const own = roomAxes(grid, position);
    own.forEach((places, axis) => {
      const expected = [...inRoom[position][axis]].sort((a, b) => a - b);
      expect(places).toHaveLength(expected.length);
      places.forEach((mm, n) => expect(mm).toBeCloseTo(expected[n], 2));
    });
  });

  test.each(POSITIONS)('%s: sampled, drawn as lines and washed where it lies, within 0.1 mm', (position) => {
    const { grid } = readDoseGrid(readPart10(file(position)).dataset);
    const [a, b] = grid.dims.map((n) => n / 2 + 0.3);
    const centre = indexToPatient(grid, [a, b, frames / 2 + 0.3]);
    const dose = withPixels(position, peakAt(centre));
    // The image planned on has other voxels, which the dose's fall between, and axes that run as the patient's do.
    const image: Grid = { dims: [512, 512, 150], spacing: [0.9766, 0.9766, 3], origin: [-249.7, -251.3, -120.4], direction: AXIAL };
    const sample = trilinearSampler(dose);
    // A cone: away from its tip trilinear interpolation at 2 mm follows its slope of 2 Gy/mm within 0.1 mm.
    for (const [x, y, z] of [[12, 0, 0], [-12, 0, 0], [0, 12, 0], [0, -12, 0], [0, 0, 12], [0, 0, -12]]) {
      const gray = sample(centre[0] + x, centre[1] + y, centre[2] + z);
      expect(Math.abs(gray - 16)).toBeLessThan(0.2);
    }
    for (const plane of PLANES) {
      const view = planeViewOf({ id: plane, axes: planeAxes(image, plane), centre, scale: 8, width: 400, height: 400 });
      const lines = isodoseLines(dose, view, 16);
      expect(lines).toHaveLength(1);
      const { points } = lines[0];
      for (let n = 0; n < points.length; n += 3) {
        const radius = Math.hypot(points[n] - centre[0], points[n + 1] - centre[1], points[n + 2] - centre[2]);
        expect(Math.abs(radius - 12)).toBeLessThan(0.1);
      }
      // The wash is opaque from 16 Gy up: its border and its middle are the circle's.
      const { width, pixels } = doseWashPixels(dose, view, { min: 16, max: 40, opacity: 1, prescription: 40 }, 1);
      let [count, x, y] = [0, 0, 0];
      for (let p = 0; p < width * 400; p++)
        if (pixels[4 * p + 3] > 0) {
          count++;
          x += (p % width) + 0.5;
          y += Math.floor(p / width) + 0.5;
        }
      expect(Math.abs(x / count - 200) / 8).toBeLessThan(0.05);
      expect(Math.abs(y / count - 200) / 8).toBeLessThan(0.05);
      expect(Math.abs(Math.sqrt(count / Math.PI) / 8 - 12)).toBeLessThan(0.1);
    }
  }); // biome-ignore format: six directions

  test('falling and absolute offsets mean the same voxels', () => {
    const gray = peakAt([-120, -60, -1220]);
    const plain = withPixels('HFS', gray);
    const absolute = Array.from({ length: plain.dims[2] }, (_, k) => -1259.5 + 2 * k);
    expect(withPixels('HFS', gray, { GridFrameOffsetVector: absolute })).toEqual(plain);
    // The same planes stored from head to foot.
    const frame = plain.dims[0] * plain.dims[1];
    const words = Uint16Array.from(plain.data, (value) => Math.round(value * 1000));
    const falling = new Uint16Array(words.length);
    for (let k = 0; k < plain.dims[2]; k++)
      falling.set(words.subarray(k * frame, (k + 1) * frame), (plain.dims[2] - 1 - k) * frame);
    const head = withPixels('HFS', gray, {
      ImagePositionPatient: [-351.0475, -161.4519, -1259.5 + 2 * (frames - 1)],
      GridFrameOffsetVector: absolute.map((_, k) => -2 * k),
      PixelData: falling,
    });
    expect(head.origin).toEqual(plain.origin.map((mm) => expect.closeTo(mm, 9) as unknown));
    expect(head.data).toEqual(plain.data);
  });
});
