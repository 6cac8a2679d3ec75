import { describe, expect, it } from 'vitest';
import type { DataSetInput } from '#shared/dicom/codec/encode.ts';
import { readPart10, writePart10 } from '#shared/dicom/codec/part10.ts';
import { CT_IMAGE } from '#shared/dicom/uid.ts';
import { buildImageVolume } from '#shared/dicom/image/imageVolume.ts';
import { writeImageSeries } from '#shared/dicom/image/imageSeries.ts';
import { findPhases, type ListedSeries, phasesWithin } from '#shared/fourD/phases.ts';
import { splitPhases } from '#shared/fourD/temporal.ts';
import { PhaseProjector } from '#shared/fourD/project.ts';
import { objectContext } from '#test/builders/context.ts';
import { imageVolume } from '#test/builders/image.ts';

const series = (seriesDescription: string, more: Partial<ListedSeries> = {}): ListedSeries => ({
  seriesInstanceUid: seriesDescription,
  studyInstanceUid: 's',
  modality: 'CT',
  seriesDescription,
  frameOfReferenceUid: 'f',
  instanceCount: 40,
  ...more,
});
const labels = (all: readonly ListedSeries[]): string[][] =>
  findPhases(all).map(({ phases }) => phases.map(({ label }) => label));

describe('phases of a 4D-CT', () => {
  it.each([
    ['Philips', ['90.0%', '0.0%', '50.0%'], ['0 %', '50 %', '90 %']],
    ['Siemens', ['Thorax T=30% B30f', 'Thorax T=0% B30f', 'Thorax T=60% B30f'], ['0 %', '30 %', '60 %']],
    ['GE', ['CT 4D, T=10', 'CT 4D, T=20', 'CT 4D, T=0'], ['0 %', '10 %', '20 %']],
    ['numbered', ['4D Phase 3', '4D Phase 1', '4D Phase 2'], ['phase 1', 'phase 2', 'phase 3']],
    ['underscored', ['lung_resp_20', 'lung_resp_40', 'lung_resp_0'], ['0 %', '20 %', '40 %']],
  ])('by %s names, in the order of the cycle', (_, names, wanted) => {
    expect(labels(names.map((name) => series(name)))).toEqual([wanted]);
  });

  it('are no kernels, no other frame or study, no two of a place, and no fewer than three', () => {
    expect(labels(['Thorax B30', 'Thorax B50', 'Thorax B70'].map((name) => series(name)))).toEqual([]);
    expect(labels([series('0%'), series('50%'), series('90%', { frameOfReferenceUid: 'g' })])).toEqual([]);
    expect(labels([series('0%'), series('50%'), series('90%', { studyInstanceUid: 't' })])).toEqual([]);
    expect(labels([series('0%'), series('50%'), series('90%', { instanceCount: 41 })])).toEqual([]);
    expect(labels([series('0%'), series('50%'), series('50 %')])).toEqual([]);
    expect(labels([series('A 0%'), series('A 50%'), series('B 90%')])).toEqual([]);
  });
});

describe('folding phases', () => {
  const [a, b, c] = [1, 2, 3].map((offset) => {
    const image = imageVolume(1);
    return { ...image, data: image.data.map((value) => value + offset * (value % 2 === 0 ? 10 : -10)) };
  });
  const base = imageVolume(1).data;
  const fold = (...phases: readonly (typeof a)[]) => {
    const projector = new PhaseProjector();
    for (const phase of phases) projector.add(phase);
    return projector;
  };

  it('gives average, maximum and minimum of every voxel', () => {
    const projector = fold(a, b, c);
    const [average, maximum, minimum] = (['average', 'maximum', 'minimum'] as const).map(
      (kind) => projector.result(kind, '1.2', kind).data,
    );
    for (let p = 0; p < base.length; p++) {
      const sign = base[p] % 2 === 0 ? 1 : -1;
      expect([average[p] - base[p], maximum[p], minimum[p]]).toEqual([
        20 * sign,
        base[p] + (sign > 0 ? 30 : -10),
        base[p] + (sign > 0 ? 10 : -30),
      ]);
    }
  });

  it('takes values through each phase’s own slope', () => {
    const steeper = { ...b, slope: 2, intercept: -5 };
    const { data } = fold(a, steeper).result('maximum', '1.2', '');
    expect(data[7]).toBe(Math.max(a.data[7], 2 * b.data[7] - 5));
  });

  it('refuses a phase that lies elsewhere, or belongs to another frame or patient', () => {
    const code = (wanted: string): unknown => expect.objectContaining({ code: wanted });
    expect(() => fold(a, { ...b, origin: [a.origin[0] + 1, a.origin[1], a.origin[2]] })).toThrow(code('GEOMETRY'));
    expect(() => fold(a, { ...b, frameOfReferenceUid: '9' })).toThrow(code('CONFLICT'));
    expect(() => fold(a, { ...b, patient: { ...b.patient, patientId: 'X' } })).toThrow(code('CONFLICT'));
  });

  it('is written as a derived series in the same frame of reference', async () => {
    const context = objectContext('CT', 5);
    const average = fold(a, b).result('average', context.seriesInstanceUid, 'Average');
    const files = writeImageSeries(average, context, { type: 'AVERAGE', description: 'Average over 2 phases' });
    const { dataset } = readPart10(files[0], 'slice');
    expect(dataset.strings('ImageType')).toEqual(['DERIVED', 'SECONDARY', 'AXIAL', 'AVERAGE']);
    expect(dataset.string('DerivationDescription')).toBe('Average over 2 phases');
    const read = await buildImageVolume(files);
    expect(read.data).toEqual(average.data);
    expect(read.frameOfReferenceUid).toBe(a.frameOfReferenceUid);
  });
});

describe('phases inside one series', () => {
  const slice = (z: number, more: DataSetInput): Uint8Array =>
    writePart10({
      SOPClassUID: CT_IMAGE,
      SOPInstanceUID: `1.2.${z + 100}.${JSON.stringify(more).length}.${[9, ...Object.values(more).map(Number)].join('.')}`,
      ImagePositionPatient: [0, 0, z],
      ...more,
    });
  const places = (files: readonly Uint8Array[]): number[] =>
    files.map((bytes) => readPart10(bytes, '').dataset.numbers('ImagePositionPatient')[2]);

  it.each(['TemporalPositionIdentifier', 'NominalPercentageOfRespiratoryPhase', 'AcquisitionNumber'])(
    'are told apart by %s, in its order',
    (attribute) => {
      const files = [2, 10, 1].flatMap((phase) => [5, 0, 10].map((z) => slice(z, { [attribute]: phase })));
      const groups = splitPhases(files);
      expect(groups.map(places)).toEqual([
        [5, 0, 10],
        [5, 0, 10],
        [5, 0, 10],
      ]);
      expect(groups.map(([first]) => readPart10(first, '').dataset.number(attribute))).toEqual([1, 2, 10]);
    },
  );

  it('are none where every plane is there once, or where a phase lacks one', () => {
    const once = [0, 5, 10].map((z) => slice(z, { TemporalPositionIdentifier: 1 + z }));
    expect(splitPhases(once)).toEqual([once]);
    const ragged = [0, 5, 10, 0].map((z, i) => slice(z, { TemporalPositionIdentifier: i < 3 ? 1 : 2 }));
    expect(splitPhases(ragged)).toHaveLength(1);
    const unnamed = [0, 5, 0, 5].map((z) => slice(z, {}));
    expect(splitPhases(unnamed)).toHaveLength(1);
  });

  it('are listed with their places in it', () => {
    const { name, phases } = phasesWithin(series('Perfusion'), 3);
    expect([name, ...phases.map(({ label, within }) => `${label} at ${within ?? ''}`)]).toEqual([
      'Perfusion',
      'phase 1 at 0',
      'phase 2 at 1',
      'phase 3 at 2',
    ]);
  });
});
