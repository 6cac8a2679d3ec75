import { describe, expect, it } from 'vitest';
import { foldName } from '#main/archive/index/write/names.ts';
import { ctSlice, type OpenScene, store } from '../../objects.ts';

export const describePatients = (open: OpenScene): void => {
  describe('telling patients apart', () => {
    const merged = [
      ['case and trailing carets', { PatientName: 'Doe^John^^' }],
      ['a missing birth date', { PatientBirthDate: '' }],
      ['a missing sex', { PatientSex: '' }],
      ['sex O, which says nothing', { PatientSex: 'O' }],
      ['another study', { StudyInstanceUID: '1.9' }],
    ] as const;
    it.each(merged)('keeps one patient for %s', async (_, changes) => {
      await using scene = await open();
      await store(scene.archive, ctSlice(1));
      await store(scene.archive, ctSlice(2, changes));
      const patients = await scene.archive.patients();
      expect(patients).toHaveLength(1);
      expect(patients[0]).toMatchObject({ patientBirthDate: '19500102', instances: 2, conflicts: [] });
    });

    const apart = [
      ['another name', { PatientName: 'DOE^JANE' }],
      ['another birth date', { PatientBirthDate: '19500103' }],
      ['another sex', { PatientSex: 'F' }],
    ] as const;
    it.each(apart)('keeps two patients with one ID for %s, and both show it', async (_, changes) => {
      await using scene = await open();
      await store(scene.archive, ctSlice(1));
      await store(scene.archive, ctSlice(2, changes));
      const patients = await scene.archive.patients();
      expect(patients.map((patient) => patient.instances)).toEqual([1, 1]);
      expect(new Set(patients.map((patient) => patient.key)).size).toBe(2);
      for (const { conflicts } of patients) {
        expect(conflicts).toHaveLength(1);
        expect(conflicts[0]).toContain('Patient ID P1 is also used by DOE^J');
      }
    });

    it('keeps the same UIDs of two patients apart and never answers for the wrong one', async () => {
      await using scene = await open();
      const { archive } = scene;
      const corrected = ctSlice(1, { PatientBirthDate: '19500201' });
      expect(await store(archive, ctSlice(1))).toMatchObject({ outcome: 'stored', variant: 0 });
      const { outcome, variant, patientKey } = await store(archive, corrected);
      expect([outcome, variant]).toEqual(['conflict', 0]);
      await expect(archive.read('1.2.3.2.1')).rejects.toMatchObject({ code: 'CONFLICT', object: '1.2.3.2.1' });
      await expect(archive.references('1.2.3.2.1')).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(Buffer.from(await archive.read('1.2.3.2.1', { patientKey }))).toEqual(Buffer.from(corrected));
      expect(await archive.references('1.2.3.2.1', patientKey)).toMatchObject({ by: 'frame-of-reference' });
      const { tree } = await archive.tree(patientKey);
      expect(tree[0].series[0]).toMatchObject({ instanceCount: 1, conflictingInstances: 0 });
      expect(await archive.locate({ patientKey })).toMatchObject([{ patientKey }]);
    });

    it('does not guess which of two conflicting patients an incomplete object belongs to', async () => {
      await using scene = await open();
      await store(scene.archive, ctSlice(1));
      await store(scene.archive, ctSlice(2, { PatientBirthDate: '19600101' }));
      await store(scene.archive, ctSlice(3, { PatientBirthDate: '' }));
      expect((await scene.archive.patients()).map((patient) => patient.instances)).toEqual([1, 1, 1]);
    });

    it('keeps studies without a Patient ID apart', async () => {
      await using scene = await open();
      await store(scene.archive, ctSlice(1, { PatientID: '' }));
      await store(scene.archive, ctSlice(2, { PatientID: '' }));
      await store(scene.archive, ctSlice(3, { PatientID: '', StudyInstanceUID: '1.9' }));
      expect((await scene.archive.patients()).map((patient) => patient.instances)).toEqual(
        expect.arrayContaining([1, 2]),
      );
    });

    it('lists each with the study acquired last, whichever came last', async () => {
      await using scene = await open();
      const study = (n: number, date: string, description: string, more = {}): Uint8Array =>
        ctSlice(n, { StudyInstanceUID: `1.9.${n}`, StudyDate: date, StudyDescription: description, ...more });
      await store(scene.archive, study(1, '20250312', 'Pelvis, planning'));
      await store(scene.archive, study(2, '20240101', 'Thorax'));
      await store(scene.archive, study(3, '', '', { PatientID: 'P2', PatientName: 'ROE^R' }));
      expect((await scene.archive.patients()).map(({ latestStudy }) => latestStudy)).toEqual([
        { date: '20250312', description: 'Pelvis, planning' },
        { date: '', description: '' },
      ]);
    });

    it('completes what the first object left out', async () => {
      await using scene = await open();
      await store(scene.archive, ctSlice(1, { PatientBirthDate: '', PatientSex: '' }));
      await store(scene.archive, ctSlice(2));
      const [patient] = await scene.archive.patients();
      expect(patient).toMatchObject({ patientBirthDate: '19500102', patientSex: 'M', instances: 2 });
      // From now on another birth date is another patient.
      await store(scene.archive, ctSlice(3, { PatientBirthDate: '19600101' }));
      expect(await scene.archive.patients()).toHaveLength(2);
    });

    it('searches name and ID in any case', async () => {
      await using scene = await open();
      await store(scene.archive, ctSlice(1));
      await store(scene.archive, ctSlice(2, { PatientID: 'X7', PatientName: 'Müller^Jörg' }));
      const found = async (text: string) => (await scene.archive.patients(text)).map((patient) => patient.patientId);
      expect([await found('john'), await found('MÜLL'), await found('x7'), await found('nobody')]).toEqual([
        ['P1'],
        ['X7'],
        ['X7'],
        [],
      ]);
      expect((await scene.archive.patients('', 1)).map((patient) => patient.patientId)).toEqual(['P1']);
    });

    it('folds names', () => {
      expect(foldName(' doe ^john  paul^^=山田^太郎')).toBe('DOE^JOHN PAUL');
      expect(foldName('DOE^JOHN^A')).not.toBe(foldName('DOE^JOHN'));
    });
  });
};
