import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ArchiveIndex } from '#main/archive/index/archiveIndex.ts';
import { readHeader } from '#shared/dicom/header.ts';
import { ctSlice, plan } from '../../objects.ts';
import { enter, enterHeader, type OpenIndexScene } from '../indexScene.ts';

/** What the rows say about what is below them, beside what is below them. */
async function counted(index: ArchiveIndex) {
  const [patients, studies, series, instances] = await Promise.all([
    index.query({ level: 'patient' }),
    index.query({ level: 'study' }),
    index.query({ level: 'series' }),
    index.query({ level: 'instance' }),
  ]);
  const of = <T>(rows: readonly T[], same: (row: T) => boolean): number => rows.filter(same).length;
  return {
    stated: [
      ...patients.map((row) => [
        row.NumberOfPatientRelatedStudies,
        row.NumberOfPatientRelatedSeries,
        row.NumberOfPatientRelatedInstances,
      ]),
      ...studies.map((row) => [
        row.NumberOfStudyRelatedSeries,
        row.NumberOfStudyRelatedInstances,
        row.ModalitiesInStudy,
        row.SOPClassesInStudy,
      ]),
      ...series.map((row) => [row.NumberOfSeriesRelatedInstances]),
    ],
    found: [
      ...patients.map(({ PatientID: id }) => [
        of(studies, (row) => row.PatientID === id),
        of(series, (row) => row.PatientID === id),
        of(instances, (row) => row.PatientID === id),
      ]),
      ...studies.map(({ StudyInstanceUID: uid, PatientID: id }) => {
        const here = series.filter((row) => row.StudyInstanceUID === uid && row.PatientID === id);
        const below = instances.filter((row) => row.StudyInstanceUID === uid && row.PatientID === id);
        return [
          here.length,
          below.length,
          [...new Set(here.map((row) => String(row.Modality)))].sort(),
          [...new Set(below.map((row) => String(row.SOPClassUID)))].sort(),
        ];
      }),
      ...series.map(({ SeriesInstanceUID: uid, PatientID: id }) => [
        of(instances, (row) => row.SeriesInstanceUID === uid && row.PatientID === id),
      ]),
    ],
  };
}

const object = fc.record({
  patient: fc.integer({ min: 1, max: 2 }),
  study: fc.integer({ min: 1, max: 2 }),
  series: fc.integer({ min: 1, max: 2 }),
  uid: fc.integer({ min: 1, max: 4 }),
  isPlan: fc.boolean(),
});

/** What is kept counted in the rows. */
export const describeCounting = (open: OpenIndexScene): void => {
  describe('counts', () => {
    it('agree with what is there, whatever comes and goes', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(object, { minLength: 1, maxLength: 12 }),
          fc.infiniteStream(fc.nat()),
          async (objects, picks) => {
            await using scene = await open();
            await Promise.all(
              objects.map(({ patient, study, series, uid, isPlan }) => {
                const changes = {
                  PatientID: `P${patient}`,
                  StudyInstanceUID: `1.5.${patient}.${study}`,
                  SeriesInstanceUID: `1.6.${patient}.${study}.${series}.${isPlan ? 1 : 0}`,
                  SOPInstanceUID: `1.7.${uid}`,
                };
                return enter(scene.index, isPlan ? plan(changes) : ctSlice(uid, changes));
              }),
            );
            expect(await scene.index.count()).toBe(objects.length);
            const all = await scene.index.query({ level: 'instance' });
            const kept = await scene.index.conflicts({});
            expect(all.length + kept).toBe(objects.length);
            // Objects of one UID lie in places of their own, so that only those listed can be counted against each other here.
            const { stated, found } = await counted(scene.index);
            if (kept === 0) expect(stated).toEqual(found);

            const ids: number[] = [];
            for await (const { id } of scene.index.stored()) ids.push(id);
            const gone = ids.filter(() => (picks.next().value ?? 0) % 2 === 0);
            await scene.index.forget(gone);
            expect(await scene.index.count()).toBe(objects.length - gone.length);
            const after = await counted(scene.index);
            if ((await scene.index.conflicts({})) === 0) expect(after.stated).toEqual(after.found);
            if (gone.length === ids.length) expect(await scene.index.query({ level: 'patient' })).toEqual([]);
          },
        ),
        { numRuns: 25 },
      );
    });

    it('let the next variant take the place of an object that is gone', async () => {
      await using scene = await open();
      for (const description of ['one', 'two', 'three'])
        await enter(scene.index, ctSlice(1, { SeriesDescription: description }), `objects/${description}.dcm`);
      expect((await scene.index.locate('', { sopInstanceUid: '1.2.3.2.1' }))[0].file).toContain('one');
      const rows: { id: number; path: string }[] = [];
      for await (const row of scene.index.stored()) rows.push(row);
      await scene.index.forget([rows[0].id]);
      const left = [0, 1, 2].map((variant) => scene.index.locate('', { sopInstanceUid: '1.2.3.2.1', variant }));
      expect((await Promise.all(left)).map((found) => found.map(({ file }) => file))).toEqual([
        [expect.stringContaining('two')],
        [expect.stringContaining('three')],
        [],
      ]);
      expect(await scene.index.conflicts({ seriesInstanceUid: '1.2.3.2' })).toBe(1);
    });

    it('stay right when two workstations index the same study at once', async () => {
      await using scene = await open();
      const { index, other } = scene;
      const slices = Array.from({ length: 60 }, (_, n) =>
        ctSlice(n % 20, { SeriesDescription: `${Math.floor(n / 20)}` }),
      );
      const entered = await Promise.all(
        slices.flatMap((slice, n) => [
          enter(index, slice, `objects/s${n}.dcm`),
          enter(other, slice, `objects/s${n}.dcm`),
        ]),
      );
      expect(entered.filter(({ added }) => added)).toHaveLength(60);
      expect(new Set(entered.map(({ patientKey }) => patientKey)).size).toBe(1);
      expect(await other.count()).toBe(60);
      const [study, ...more] = await other.query({ level: 'study' });
      expect([study.NumberOfStudyRelatedInstances, study.NumberOfStudyRelatedSeries, more]).toEqual([20, 1, []]);
      for (const variant of [0, 1, 2]) expect(await index.locate('', { variant })).toHaveLength(20);
    });

    it('know the files and the notes', async () => {
      await using scene = await open();
      const { index, other } = scene;
      await index.setNote('position', '17');
      await index.setNote('position', '18');
      expect([await other.note('position'), await other.note('nothing')]).toEqual(['18', undefined]);
      await enter(index, ctSlice(1), 'objects/a.dcm');
      expect(await other.known(['objects/a.dcm', 'objects/b.dcm'])).toEqual(new Set(['objects/a.dcm']));
      expect(await other.held('1.2.3.2.1', 'objects/a.dcm')).toMatchObject({ path: 'objects/a.dcm', variant: 0 });
      expect(await other.held('1.2.3.2.1', 'other bytes')).toBeUndefined();
      await index.clear();
      expect([await other.count(), await other.note('position')]).toEqual([0, '18']);
    });

    it('enter what can be entered although an object beside it cannot', async () => {
      await using scene = await open();
      const broken = { ...readHeader(ctSlice(2)), sopInstanceUid: undefined as unknown as string };
      const outcomes = await Promise.allSettled([
        enter(scene.index, ctSlice(1)),
        enterHeader(scene.index, broken),
        enter(scene.index, ctSlice(3)),
      ]);
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(await scene.index.count()).toBe(2);
    });

    it('survive text that no standard allows', async () => {
      await using scene = await open();
      const header = readHeader(ctSlice(1));
      const long = 'Ä'.repeat(5000);
      const ids = [`${long}1`, `${long}2`, 'P\u00001', 'P1\u0000', '\ud800', '%_\\'];
      for (const [n, patientId] of ids.entries())
        await enterHeader(scene.index, { ...header, patientId, modality: 'CT,MR\\PT', sopInstanceUid: `1.2.3.${n}` });
      expect(await scene.index.query({ level: 'patient' })).toHaveLength(ids.length);
      expect(await scene.index.query({ level: 'patient', match: { PatientID: '%_\\' } })).toHaveLength(1);
      expect(await scene.index.query({ level: 'patient', match: { PatientID: '?_\\*' } })).toHaveLength(1);
    });
  });
};
