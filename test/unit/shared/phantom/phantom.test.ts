import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { invertRigid, isRigid, transformPoint } from '#shared/geometry/affine.ts';
import { type Grid, indexToPatient, sampleAtPoint, voxelVolume } from '#shared/geometry/volume.ts';
import { length, subtract, type Vec3 } from '#shared/geometry/vec.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import { phantomOf } from '#test/builders/phantom.ts';
import { makePhantom, type Phantom, type PhantomKind } from '#shared/phantom/phantom.ts';
import { rasterizeRoi } from '#shared/structures/contours/mask.ts';

const KINDS: PhantomKind[] = ['thorax', 'head', 'pelvis', 'water'];
const phantoms = new Map<PhantomKind, Phantom>();
/** Made once, for other tests too. */
const phantom = (kind: PhantomKind): Phantom => {
  const made = phantoms.get(kind) ?? phantomOf(kind);
  phantoms.set(kind, made);
  return made;
};

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

const fingerprint = ({ ct, mr, structureSet }: Phantom): string => {
  const hash = createHash('sha256').update(bytesOf(ct.data)).update(bytesOf(mr.data));
  for (const roi of structureSet.rois) for (const contour of roi.contours) hash.update(bytesOf(contour.points));
  return hash.update(JSON.stringify([ct.slices, mr.slices, structureSet.sopInstanceUid])).digest('hex');
};

const roiNamed = (set: StructureSet, name: string) => {
  const roi = set.rois.find((candidate) => candidate.name === name);
  if (roi === undefined) throw new Error(`no ROI ${name}`);
  return roi;
};

describe('a phantom', () => {
  it('is the same for the same seed and another for another', () => {
    const first = fingerprint(phantom('pelvis'));
    expect(fingerprint(makePhantom('pelvis', 1))).toBe(first);
    expect(fingerprint(makePhantom('pelvis', 8))).not.toBe(first);
  });

  it.each(['thoracic', 'toString', ''])('refuses the kind "%s"', (kind) => {
    expect(() => makePhantom(kind as PhantomKind, 1)).toThrowError(expect.objectContaining({ code: 'USAGE' }));
  });

  it('refuses a seed that is no whole number', () => {
    expect(() => makePhantom('water', 1.5)).toThrowError(expect.objectContaining({ code: 'USAGE' }));
  });

  it.each(KINDS)('%s: UIDs are valid, unique and deterministic', (kind) => {
    const { ct, mr, structureSet, registration } = phantom(kind);
    const uids = [
      ...[ct, mr].flatMap((image) => [
        image.study.studyInstanceUid,
        image.seriesInstanceUid,
        image.frameOfReferenceUid,
      ]),
      ...[ct, mr].flatMap((image) => image.slices.map((slice) => slice.sopInstanceUid)),
      structureSet.sopInstanceUid,
      registration.sopInstanceUid,
    ];
    expect(new Set(uids).size).toBe(uids.length);
    for (const uid of uids) expect(uid).toMatch(/^2\.25\.[1-9]\d{30,38}$/);
    expect(ct.data.length).toBe(ct.dims[0] * ct.dims[1] * ct.dims[2]);
    expect(ct.slices.length).toBe(ct.dims[2]);
    expect(mr.slices.length).toBe(mr.dims[2]);
  });

  it.each(KINDS)('%s: contours rasterize to the true volumes, and one-tissue ROIs have their HU', (kind) => {
    const { ct, structureSet, truth } = phantom(kind);
    expect(truth.rois.map((roi) => roi.name)).toEqual(structureSet.rois.map((roi) => roi.name));
    for (const { name, volume, hu } of truth.rois) {
      const mask = rasterizeRoi(roiNamed(structureSet, name).contours, ct);
      const measured = (mask.reduce((sum, share) => sum + share, 0) * voxelVolume(ct)) / 1000;
      // Slices cannot hold a lens of 4 mm or a nerve of 4.6 mm better than their own thickness.
      const tolerance = volume < 2 ? 0.05 : 0.012;
      expect(Math.abs(measured / volume - 1), `${name}: ${measured} cm³, truth ${volume}`).toBeLessThan(tolerance);
      if (hu === undefined) continue;
      const values = ct.data.filter((_, p) => mask[p] > 0.999).sort();
      // The median, because vessels and the tumour are part of a lung.
      const median = values[values.length >> 1];
      expect(Math.abs(median - hu), `${name}: ${median} HU, truth ${hu}`).toBeLessThanOrEqual(kind === 'water' ? 0 : 4);
    }
  });

  it('has noise of the stated size in a uniform organ', () => {
    const { ct } = phantom('thorax');
    const values: number[] = [];
    for (let x = -80; x <= -50; x += 2)
      for (let y = -10; y <= 30; y += 2)
        values.push(sampleAtPoint(ct, indexToPatient(ct, nearest(ct, [x, y, -100])), 0));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    expect(mean).toBeCloseTo(60, -1);
    expect(deviation).toBeGreaterThan(10);
    expect(deviation).toBeLessThan(18);
  });

  it('carries its MR by the true registration, and by nothing else', () => {
    const { ct, mr, registration, structureSet } = phantom('thorax');
    expect(registration.fixedFrame).toBe(ct.frameOfReferenceUid);
    expect(registration.movingFrame).toBe(mr.frameOfReferenceUid);
    expect(isRigid(registration.matrix)).toBe(true);
    const truth = centroid(ct, rasterizeRoi(roiNamed(structureSet, 'GTV').contours, ct));
    const inMr = transformPoint(invertRigid(registration.matrix), truth);
    // The bright tumour in dark lung, found in the MR around where the registration says it is.
    let [sum, weight]: [Vec3, number] = [[0, 0, 0], 0];
    for (let dx = -26; dx <= 26; dx += 2)
      for (let dy = -26; dy <= 26; dy += 2)
        for (let dz = -26; dz <= 26; dz += 2) {
          const at: Vec3 = [inMr[0] + dx, inMr[1] + dy, inMr[2] + dz];
          if (Math.hypot(dx, dy, dz) > 24 || sampleAtPoint(mr, at, 0) < 270) continue;
          sum = [sum[0] + at[0], sum[1] + at[1], sum[2] + at[2]];
          weight += 1;
        }
    const found: Vec3 = [sum[0] / weight, sum[1] / weight, sum[2] / weight];
    expect(length(subtract(transformPoint(registration.matrix, found), truth))).toBeLessThan(0.7);
    expect(length(subtract(found, truth))).toBeGreaterThan(5);
  });
});

function centroid(grid: Grid, mask: Float32Array): Vec3 {
  const [sum, weight] = [[0, 0, 0], mask.reduce((total, share) => total + share, 0)];
  mask.forEach((share, p) => {
    if (share === 0) return;
    const [i, j, k] = [
      p % grid.dims[0],
      Math.floor(p / grid.dims[0]) % grid.dims[1],
      Math.floor(p / (grid.dims[0] * grid.dims[1])),
    ];
    indexToPatient(grid, [i, j, k]).forEach((value, axis) => {
      sum[axis] += (share * value) / weight;
    });
  });
  return [sum[0], sum[1], sum[2]];
}

const nearest = (ct: Phantom['ct'], point: Vec3): Vec3 => [
  Math.round((point[0] - ct.origin[0]) / ct.spacing[0]),
  Math.round((point[1] - ct.origin[1]) / ct.spacing[1]),
  Math.round((point[2] - ct.origin[2]) / ct.spacing[2]),
];
