import { describe, expect, it } from 'vitest';
import { measureRoi } from '#shared/evaluation/statistics.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Contour } from '#shared/model/structures.ts';
import type { Phantom } from '#shared/phantom/phantom.ts';
import { phantomOf } from '#test/builders/phantom.ts';
import { findStructures } from '#shared/segmentation/automatic/find.ts';
import type { FoundStructure } from '#shared/segmentation/automatic/found.ts';
import { overlapOf } from '#shared/structures/agreement/agreement.ts';

const byName = (found: readonly FoundStructure[]): ReadonlyMap<string, FoundStructure> =>
  new Map(found.map((structure) => [structure.name, structure]));
const truth = ({ structureSet }: Phantom, name: string): readonly Contour[] =>
  structureSet.rois.find((roi) => roi.name === name)?.contours ?? [];

describe('automatic structures of the thorax phantom', () => {
  const phantom = phantomOf('thorax');
  const fractions: number[] = [];
  const all = findStructures(phantom.ct, ['body', 'lungs', 'trachea', 'bones', 'canal', 'couch', 'eyes'], {
    onProgress: (fraction) => fractions.push(fraction),
  });
  const found = byName(all);
  const get = (name: string): FoundStructure => found.get(name) ?? expect.fail(`no ${name}`);

  // Bone: the 150 HU line of 2 mm pixels lies outside of thin cortical bone.
  it.each([
    ['External', 'BODY', 0.99],
    ['Lung_L', 'Lung_L', 0.975],
    ['Lung_R', 'Lung_R', 0.975],
    ['Bone', 'Bone', 0.84],
  ])('%s agrees with the truth', (name, of, dice) => {
    expect(overlapOf(get(name).contours, truth(phantom, of), phantom.ct).dice).toBeGreaterThan(dice);
    expect(get(name).confidence).toBeGreaterThan(0.7);
  });

  it('the canal holds the cord', () => {
    const { contours, confidence } = get('SpinalCanal');
    const ks = contours.map(({ points }) => points[2]);
    const cord = truth(phantom, 'SpinalCord').filter(
      ({ points }) => points[2] >= Math.min(...ks) && points[2] <= Math.max(...ks),
    );
    const volume = (of: readonly Contour[]): number => measureRoi(of, phantom.ct)?.volume ?? 0;
    const { dice, volume: canal, referenceVolume } = overlapOf(contours, cord, phantom.ct);
    // Shared volume over the cord's.
    expect((dice * (canal + referenceVolume)) / 2 / referenceVolume).toBeGreaterThan(0.98);
    // The true canal is an ellipse of 9.5 × 8.5 mm round a cord of 6 × 4.5 mm; a wall of 2 mm pixels is met late.
    expect(Math.abs(volume(contours) / ((volume(cord) * 9.5 * 8.5) / (6 * 4.5)) - 1)).toBeLessThan(0.22);
    expect(confidence).toBeGreaterThan(0.7);
  });

  it('the couch is a SUPPORT with its surface where it was put', () => {
    const { type, contours } = get('CouchSurface');
    expect(type).toBe('SUPPORT');
    const top = Math.min(...contours.flatMap(({ points }) => [...points].filter((_, i) => i % 3 === 1)));
    const body = Math.max(...truth(phantom, 'BODY').flatMap(({ points }) => [...points].filter((_, i) => i % 3 === 1)));
    expect(top).toBeGreaterThan(body - 1);
    expect(overlapOf(contours, truth(phantom, 'BODY'), phantom.ct).dice).toBeLessThan(0.002);
  });

  it('the trachea is a tube in the middle', () => {
    const { contours, confidence } = get('Trachea');
    const { volume = 0, centroid = [0, 0, 0] } = measureRoi(contours, phantom.ct) ?? {};
    // Truth: radius 9 mm over some 90 mm.
    expect(volume).toBeGreaterThan(18);
    expect(volume).toBeLessThan(35);
    expect(Math.abs(centroid[0])).toBeLessThan(5);
    expect(confidence).toBeGreaterThan(0.8);
  });

  it('there are no eyes in a chest, and it says so', () => {
    for (const name of ['Eye_L', 'Eye_R', 'Lens_L', 'Lens_R']) {
      expect(get(name).contours).toEqual([]);
      expect(get(name).confidence).toBe(0);
      expect(get(name).reasons.length).toBeGreaterThan(0);
    }
  });

  it('progress rises', () => {
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions).toHaveLength(7);
  });

  it('left stays left when the rows and columns run the other way', () => {
    const { ct } = phantom;
    const turned = rotated(halved(ct));
    const again = byName(findStructures(turned, ['lungs']));
    expect(overlapOf(again.get('Lung_L')?.contours ?? [], truth(phantom, 'Lung_L'), ct).dice).toBeGreaterThan(0.93);
  });

  it('on its side no couch is looked for, and the rest is less sure', () => {
    const aside: ImageVolume = { ...halved(phantom.ct), patientPosition: 'HFDR' };
    const [body, couch] = findStructures(aside, ['body', 'couch']);
    expect(couch.contours).toEqual([]);
    expect(couch.reasons[0]).toContain('neither supine nor prone');
    expect(body.confidence).toBeLessThan(get('External').confidence);
  });
});

/** Every other voxel along every axis. */
function halved(ct: ImageVolume<Int16Array>): ImageVolume<Int16Array> {
  const [nx, ny] = ct.dims;
  const dims = ct.dims.map((count) => Math.ceil(count / 2)) as unknown as ImageVolume['dims'];
  const data = new Int16Array(dims[0] * dims[1] * dims[2]);
  for (let k = 0, q = 0; k < dims[2]; k++)
    for (let j = 0; j < dims[1]; j++)
      for (let i = 0; i < dims[0]; i++, q++) data[q] = ct.data[2 * i + nx * (2 * j + ny * 2 * k)];
  const spacing = ct.spacing.map((step) => 2 * step) as unknown as ImageVolume['spacing'];
  return { ...ct, dims, spacing, data, slices: ct.slices.filter((_, k) => k % 2 === 0) };
}

/** The same voxels stored with i and j running to the patient's right and front. */
function rotated(ct: ImageVolume<Int16Array>): ImageVolume {
  const [nx, ny, nz] = ct.dims;
  const data = new Int16Array(ct.data.length);
  for (let k = 0; k < nz; k++)
    for (let p = 0; p < nx * ny; p++) data[p + k * nx * ny] = ct.data[nx * ny - 1 - p + k * nx * ny];
  const [x, y, z] = ct.origin;
  return {
    ...ct,
    data,
    direction: [-1, 0, 0, 0, -1, 0, 0, 0, 1],
    origin: [x + (nx - 1) * ct.spacing[0], y + (ny - 1) * ct.spacing[1], z],
  };
}

describe('automatic structures of the head phantom', () => {
  const phantom = phantomOf('head');
  const found = byName(findStructures(phantom.ct, ['eyes', 'lungs']));

  it.each([
    ['Eye_L', 0.97],
    ['Eye_R', 0.97],
    ['Lens_L', 0.8],
    ['Lens_R', 0.8],
  ])('%s agrees with the truth', (name, dice) => {
    const structure = found.get(name) ?? expect.fail(`no ${name}`);
    expect(overlapOf(structure.contours, truth(phantom, name), phantom.ct).dice).toBeGreaterThan(dice);
    expect(structure.confidence).toBeGreaterThan(0.7);
  });

  it('there are no lungs in a head', () => {
    expect(found.get('Lung_L')).toMatchObject({ contours: [], confidence: 0 });
  });
});

describe('an image no structure is looked for in', () => {
  const { ct, mr } = phantomOf('water');

  it.each<[string, ImageVolume]>([
    ['CT in Hounsfield units', mr],
    ['transverse slices', { ...ct, direction: [1, 0, 0, 0, 0, -1, 0, 1, 0] }],
  ])('says that it needs %s', (words, image) => {
    expect(() => findStructures(image, ['lungs'])).toThrow(words);
  });
});
