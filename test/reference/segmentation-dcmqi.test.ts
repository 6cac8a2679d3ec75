import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildImageVolume } from '#shared/dicom/image/imageVolume.ts';
import { readSegmentation } from '#shared/dicom/segmentation/segmentation.ts';
import { writeSegmentation } from '#shared/dicom/segmentation/segmentationWriter.ts';
import { patientToIndex } from '#shared/geometry/volume.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import { rasterizeRoi } from '#shared/structures/contours/mask.ts';
import { masksOf } from '#shared/structures/sets/segments.ts';
import { readStructures } from '#shared/structures/sets/structureObject.ts';
import { objectContext } from '#test/builders/context.ts';
import { peerMissing, PYTHON, pydicomMissing } from '#test/peers/harness/missing.ts';

/** Segmentations of QIICR's dcmqi, read by pydicom and by us, and written by us. */
const folder = path.resolve(process.cwd(), '../shared/data/dcmqi_ct_seg');
const absent = !existsSync(folder);
const cases = [
  ['liver.dcm', 'ct-3slice'],
  ['partial_overlaps.dcm', 'ct-3slice'],
  ['24x38x3/seg/label.seg', '24x38x3/image'],
  ['24x38x3/seg/label.seg', '24x38x3/multiframe'],
  ['sparse-labelmap-noppv.dcm', '24x38x3/image'],
] as const;

/** Voxels of each segment as pydicom has them: [segment, x, y, z of the pixel's centre …] by frame, at most every pixel inside. */
const script = `
import sys, json, numpy as np, pydicom
d = pydicom.dcmread(sys.argv[1])
size = int(d.Rows) * int(d.Columns)
n = int(d.NumberOfFrames)
raw = np.frombuffer(d.PixelData, np.uint8)
pixels = (np.unpackbits(raw, bitorder='little')[:size * n] if d.BitsAllocated == 1 else raw[:size * n]).reshape(n, int(d.Rows), int(d.Columns))
shared = d.SharedFunctionalGroupsSequence[0]
out = {}
for f, item in enumerate(d.PerFrameFunctionalGroupsSequence):
    get = lambda name: (item if name in item else shared)[name].value[0]
    o = np.array(get('PlaneOrientationSequence').ImageOrientationPatient, float)
    p = np.array(get('PlanePositionSequence').ImagePositionPatient, float)
    s = np.array(get('PixelMeasuresSequence').PixelSpacing, float)
    for label in np.unique(pixels[f]):
        if label == 0: continue
        number = int(get('SegmentIdentificationSequence').ReferencedSegmentNumber) if d.BitsAllocated == 1 else int(label)
        y, x = np.nonzero(pixels[f] == label)
        points = p + np.outer(x, s[1] * o[:3]) + np.outer(y, s[0] * o[3:])
        out.setdefault(number, []).extend(points.round(4).tolist())
print(json.dumps([[int(s.SegmentNumber), str(s.SegmentLabel), out.get(int(s.SegmentNumber), [])] for s in d.SegmentSequence if int(s.SegmentNumber) > 0]))`;

type PeerSegments = [number, string, [number, number, number][]][];
const byPydicom = (file: string): PeerSegments =>
  JSON.parse(
    execFileSync(PYTHON, ['-W', 'ignore', '-c', script, file], { encoding: 'utf8', maxBuffer: 2 ** 28 }),
  ) as PeerSegments;

/** Voxels of the image that hold the given points. */
const voxelsAt = (points: readonly [number, number, number][], image: ImageVolume): Set<number> =>
  new Set(
    points.map((point) => {
      const [i, j, k] = patientToIndex(image, point).map(Math.round);
      return i + image.dims[0] * (j + image.dims[1] * k);
    }),
  );

const voxelsIn = (set: StructureSet, number: number, image: ImageVolume): Set<number> => {
  const roi = set.rois.find((candidate) => candidate.number === number);
  const mask = rasterizeRoi(roi?.contours ?? [], image);
  return new Set(Array.from(mask.keys()).filter((p) => mask[p] >= 0.5));
};

const imageIn = (dir: string): Promise<ImageVolume> =>
  buildImageVolume(readdirSync(path.join(folder, dir)).map((name) => readFileSync(path.join(folder, dir, name))));

let temporary = '';
beforeAll(() => {
  temporary = mkdtempSync(path.join(tmpdir(), 'isocenter-seg-'));
});
afterAll(() => rmSync(temporary, { recursive: true, force: true }));

describe.skipIf(absent || pydicomMissing())('the voxels of a segmentation are those that pydicom reads', () => {
  test.each(cases)('%s on %s: as contours, and written again', async (file, dir) => {
    const bytes = readFileSync(path.join(folder, file));
    const [image, set] = [await imageIn(dir), readStructures(bytes, file)];
    const theirs = byPydicom(path.join(folder, file));
    expect(set.rois.map(({ number, name }) => [number, name])).toEqual(
      theirs.map(([number, label]) => [number, label]),
    );
    expect(set.frameOfReferenceUid).toBe(image.frameOfReferenceUid);
    // A label map that skips a slice: contours bridge one missing plane, as everywhere.
    for (const [number, label, points] of theirs)
      if (!file.startsWith('sparse')) expect(voxelsIn(set, number, image), label).toEqual(voxelsAt(points, image));

    const context = objectContext(file);
    const { masks, warnings } = masksOf(set.rois, image);
    expect(warnings).toEqual([]);
    const written = path.join(temporary, `${path.basename(file)}-${path.basename(dir)}.dcm`);
    writeFileSync(written, writeSegmentation(set, masks, image, { ...context, study: image.study }));
    const again = byPydicom(written);
    expect(again.map(([, label]) => label)).toEqual(theirs.map(([, label]) => label));
    again.forEach(([, label, points], n) => {
      const expected = voxelsAt(theirs[n][2], image);
      const found = voxelsAt(points, image);
      if (file.startsWith('sparse')) expect([...expected].every((voxel) => found.has(voxel))).toBe(true);
      else expect(found, label).toEqual(expected);
    });
    if (!peerMissing('dciodvfy')) {
      const report = execFileSync('/bin/sh', ['-c', 'dciodvfy "$1" 2>&1', 'sh', written], { encoding: 'utf8' });
      // Words of the sample: names without ^, and liver by a code of SNOMED RT, whose scheme is deprecated; all kept as they came.
      const lines = report
        .split('\n')
        .filter(
          (line) => line !== '' && !/PN (Patient's|Referring Physician's) Name .*Retired|deprecated .*<SRT>/.test(line),
        );
      expect(lines).toEqual(['Segmentation']);
    }
  });

  test('what a segment is and was made from comes along', () => {
    const liver = readStructures(readFileSync(path.join(folder, 'liver.dcm')));
    expect(liver.rois[0]).toMatchObject({
      name: 'Liver',
      code: { value: 'T-62000', scheme: 'SRT', meaning: 'Liver' },
      generationAlgorithm: 'SEMIAUTOMATIC',
    });
    expect(new Set(liver.rois[0].contours.map((contour) => contour.referencedSopInstanceUid)).size).toBe(3);
    expect(liver.referencedSeriesUid).toBe('1.2.392.200103.20080913.113635.1.2009.6.22.21.43.10.23430.1');
    expect(liver.referencedImages).toHaveLength(3);
    const overlapping = readSegmentation(readFileSync(path.join(folder, 'partial_overlaps.dcm')));
    expect(overlapping.segments.map(({ frames }) => frames.length)).toEqual([1, 1, 3, 1, 1]);
  });
});
