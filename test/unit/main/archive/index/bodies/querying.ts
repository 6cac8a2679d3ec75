import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Archive, Level } from '#main/archive/types.ts';
import { CT_SERIES, ctSlice, type OpenScene, PLAN, plan, STUDY, store } from '../../objects.ts';

async function filled(archive: Archive): Promise<void> {
  await store(archive, ctSlice(1));
  await store(archive, ctSlice(2));
  await store(archive, plan());
  const other = {
    PatientID: 'P2',
    PatientName: 'Müller^Jörg^^=山田^太郎',
    StudyInstanceUID: '1.9',
    StudyDate: '',
    StudyTime: '',
  };
  await store(
    archive,
    ctSlice(3, { ...other, SeriesInstanceUID: '1.9.1', SOPInstanceUID: '1.9.1.1', StudyDescription: 'A[1]*b' }),
  );
}

const uidsOf = async (archive: Archive, level: Level, match: Record<string, string>): Promise<string[]> => {
  const keyword = {
    patient: 'PatientID',
    study: 'StudyInstanceUID',
    series: 'SeriesInstanceUID',
    instance: 'SOPInstanceUID',
  }[level];
  return (await archive.query({ level, match })).map((row) => String(row[keyword])).sort();
};

const cases: readonly [level: Level, match: Record<string, string>, uids: string[]][] = [
    ['patient', { PatientName: 'doe^*' }, ['P1']],
    ['patient', { PatientName: 'MÜLLER^J?RG' }, ['P2']],
    ['patient', { PatientName: 'DOE^JOHN^^' }, ['P1']],
    ['patient', { PatientName: 'müller^jörg' }, ['P2']],
    ['patient', { PatientName: '*太郎' }, ['P2']],
    ['patient', { PatientName: 'doe' }, []],
    ['patient', { PatientName: ' doe ^ john ' }, ['P1']],
    ['patient', { PatientName: 'DOE^JOHN^*^*' }, ['P1']],
    ['patient', { PatientName: 'DOE^JOHN^^*' }, ['P1']],
    ['patient', { PatientName: 'DOE^JOHN^?' }, []],
    ['patient', { PatientName: '山田^太郎' }, ['P2']],
    ['patient', { PatientName: 'müller*=山田*' }, ['P2']],
    ['patient', { PatientName: '=山田*' }, ['P2']],
    ['patient', { PatientName: 'doe*=山田*' }, []],
    ['patient', { PatientName: '*^*' }, ['P1', 'P2']],
    ['patient', { PatientName: 'M[*' }, []],
    ['patient', { PatientName: 'DO%' }, []],
    ['patient', { PatientName: 'DOE_JOHN' }, []],
    ['patient', { PatientID: ' P1 ' }, ['P1']],
    ['patient', { PatientID: 'P1', '00100020': 'P2' }, []],
    ['patient', { PatientBirthDate: '19500102' }, ['P1', 'P2']],
    ['study', { SOPClassesInStudy: '1.2.840.10008.5.1.4.1.1.481.5' }, [STUDY]],
    ['study', { SOPClassesInStudy: '1.2.840.10008.5.1.4.1.1.481' }, []],
    ['patient', { PatientID: '*' }, ['P1', 'P2']],
    ['patient', { PatientID: '' }, ['P1', 'P2']],
    ['patient', { PatientID: 'p1' }, []],
    ['study', { StudyDate: '20200304' }, [STUDY]],
    ['study', { StudyDate: '20200101-20200304' }, [STUDY]],
    ['study', { StudyDate: '20200305-' }, []],
    ['study', { StudyDate: '-20991231' }, [STUDY]],
    ['study', { StudyTime: '10' }, [STUDY]],
    ['study', { StudyTime: '11' }, []],
    ['study', { StudyTime: '09-10' }, [STUDY]],
    ['study', { StudyTime: '1015-1015' }, [STUDY]],
    ['study', { StudyTime: '101501-' }, []],
    ['study', { ModalitiesInStudy: 'RTPLAN' }, [STUDY]],
    ['study', { ModalitiesInStudy: 'RT*' }, [STUDY]],
    ['study', { ModalitiesInStudy: 'T' }, []],
    ['study', { StudyDescription: 'A[1]?b' }, ['1.9']],
    ['study', { StudyDescription: "'; drop table study; --" }, []],
    ['study', { StudyInstanceUID: `${STUDY}\\1.9` }, ['1.9', STUDY].sort()],
    ['series', { StudyInstanceUID: `1.9,${STUDY}`, SeriesNumber: '3' }, [`${PLAN}.0`]],
    ['series', { '00080060': 'CT', '00100020': 'P1' }, [CT_SERIES]],
    ['instance', { Rows: '2', PatientID: 'P2' }, ['1.9.1.1']],
    ['series', { Modality: 'RT*' }, [`${PLAN}.0`]],
    ['series', { SeriesInstanceUID: '*', Modality: 'CT', PatientID: 'P2' }, ['1.9.1']],
    ['instance', { SOPInstanceUID: '*', PatientID: 'P2' }, ['1.9.1.1']],
    ['instance', { SOPInstanceUID: `1.2.3.2.1\\${PLAN}`, Modality: 'CT' }, ['1.2.3.2.1']],
    ['instance', { SOPClassUID: '1.2.840.10008.5.1.4.1.1.481.5' }, [PLAN]],
    ['instance', { InstanceNumber: '02' }, ['1.2.3.2.2']],
  ]; // biome-ignore format: a table

const refused: readonly [Level, Record<string, string>][] = [
  ['study', { Modality: 'CT' }],
  ['study', { NoSuchKeyword: '1' }],
  ['study', { StudyDate: '2020' }],
  ['study', { StudyDate: '20200101-20200102-20200103' }],
  ['study', { StudyInstanceUID: '1.2*' }],
  ['study', { NumberOfStudyRelatedInstances: '3' }],
  ['instance', { Rows: 'two' }],
  ['instance', { InstanceNumber: '1.5' }],
  ['instance', { InstanceNumber: '9999999999' }],
  ['patient', { PatientName: 'X'.repeat(100_001) }],
];

const moments: readonly [match: Record<string, string>, found: boolean, apart: boolean][] = [
    [{ StudyDate: '20200303-20200304', StudyTime: '11-09' }, false, false],
    [{ StudyDate: '20200303-20200305', StudyTime: '11-09' }, true, false],
    [{ StudyDate: '20200304-20200305', StudyTime: '1015-09' }, true, false],
    [{ StudyDate: '20200304-20200305', StudyTime: '1016-09' }, false, false],
    [{ StudyDate: '20200304-', StudyTime: '09-' }, true, true],
    [{ StudyDate: '-20200304', StudyTime: '-10' }, true, true],
    [{ StudyDate: '-20200304', StudyTime: '-1014' }, false, false],
    [{ StudyDate: '-20200305', StudyTime: '-1014' }, true, false],
    [{ StudyDate: '20200303-20200305', StudyTime: '11' }, false, false],
  ]; // biome-ignore format: a table

export const describeQuerying = (open: OpenScene): void => {
  describe('querying', () => {
    it('answers at each level, with what lies above and the counts', async () => {
      await using scene = await open();
      await filled(scene.archive);
      const [study] = await scene.archive.query({ level: 'study', match: { PatientID: 'P1' } });
      expect(study).toMatchObject({
        PatientName: 'DOE^JOHN',
        StudyInstanceUID: STUDY,
        ModalitiesInStudy: ['CT', 'RTPLAN'],
        NumberOfStudyRelatedSeries: 2,
        NumberOfStudyRelatedInstances: 3,
      });
      expect(study).not.toHaveProperty('ReferringPhysicianName');
      const series = await scene.archive.query({ level: 'series', match: { StudyInstanceUID: STUDY, Modality: 'CT' } });
      expect(series).toMatchObject([
        { SeriesInstanceUID: CT_SERIES, NumberOfSeriesRelatedInstances: 2, SeriesNumber: '2' },
      ]);
      const instances = await scene.archive.query({ level: 'instance', match: { SeriesInstanceUID: CT_SERIES } });
      expect(instances.map((row) => [row.InstanceNumber, row.Rows, row.PatientID])).toEqual([
        ['1', 2, 'P1'],
        ['2', 2, 'P1'],
      ]);
      expect(await scene.archive.query({ level: 'patient' })).toHaveLength(2);
    });

    describe('of one archive', () => {
      let scene: Awaited<ReturnType<OpenScene>>;
      beforeAll(async () => {
        scene = await open();
        await filled(scene.archive);
      });
      afterAll(() => scene[Symbol.asyncDispose]());

      it.each(cases)('%s by %j', async (level, match, uids) => {
        expect(await uidsOf(scene.archive, level, match)).toEqual(uids);
      });
      it.each(refused)('refuses at %s: %j', async (level, match) => {
        await expect(scene.archive.query({ level, match })).rejects.toMatchObject({
          code: 'INVALID_ATTRIBUTE',
          attribute: Object.keys(match)[0],
        });
      });
      it.each(moments)('takes date and time as one moment only where asked: %j', async (range, found, apart) => {
        const query = { level: 'study', match: { ...range, PatientID: 'P1' } } as const;
        expect(await scene.archive.query({ ...query, combinedDateTime: true })).toHaveLength(found ? 1 : 0);
        expect(await scene.archive.query(query)).toHaveLength(apart ? 1 : 0);
      });
      it('matches names fuzzily only where asked', async () => {
        const found = async (name: string, fuzzyNames: boolean) => {
          const rows = await scene.archive.query({ level: 'patient', match: { PatientName: name }, fuzzyNames });
          return rows.map((row) => row.PatientID);
        };
        for (const name of ['Jörg Müller', 'MULLER', 'mull*^jorg', '太郎', 'Müller, J'])
          expect(await found(name, true), name).toEqual(['P2']);
        expect(await found('uller', true)).toEqual([]);
        expect(await found('Jörg Müller', false)).toEqual([]);
        expect(await found('*', true)).toEqual(['P1', 'P2']);
      });
    });

    it('pages', async () => {
      await using scene = await open();
      for (let n = 1; n <= 5; n++) await store(scene.archive, ctSlice(n));
      const page = await scene.archive.query({ level: 'instance', limit: 2, offset: 3 });
      expect(page.map((row) => row.InstanceNumber)).toEqual(['4', '5']);
    });

    it('matches wildcards as a plain matcher does', async () => {
      await using scene = await open();
      const names = ['AB', 'A-B', 'a^b', 'A[B', 'A]B', 'A*B', '', 'BA', 'AAB', 'Ä'];
      for (const [i, name] of names.entries())
        await store(
          scene.archive,
          ctSlice(i + 1, { SeriesInstanceUID: `1.5.${i}`, SOPInstanceUID: `1.6.${i}`, SeriesDescription: name }),
        );
      await fc.assert(
        fc.asyncProperty(
          fc.string({ unit: fc.constantFrom(...'AB[]^-!*?Ä'.split('')), minLength: 1, maxLength: 5 }),
          async (pattern) => {
            const rows = await scene.archive.query({ level: 'series', match: { SeriesDescription: pattern } });
            const expected = names.filter((name) => /^\*+$/.test(pattern) || matches(pattern, name));
            expect(rows.map((row) => String(row.SeriesDescription ?? '')).sort()).toEqual(expected.sort());
          },
        ),
        { numRuns: 200 },
      );
    });
  });
};

/** PS3.4 C.2.2.2.4 spelled out: `*` is any run of characters, `?` any one. */
function matches(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  const [first, rest] = [pattern[0], pattern.slice(1)];
  if (first === '*') return matches(rest, text) || (text !== '' && matches(pattern, text.slice(1)));
  return text !== '' && (first === '?' || first === text[0]) && matches(rest, text.slice(1));
}
