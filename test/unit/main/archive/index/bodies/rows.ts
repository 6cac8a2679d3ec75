import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArchiveIndex } from '#main/archive/index/archiveIndex.ts';
import type { ArchiveQuery, Level, QueryRow } from '#main/archive/types.ts';
import { ctSlice } from '../../objects.ts';
import { enter, type OpenIndexScene } from '../indexScene.ts';

const KEY: Readonly<Record<Level, string>> = {
  patient: 'PatientID',
  study: 'StudyInstanceUID',
  series: 'SeriesInstanceUID',
  instance: 'SOPInstanceUID',
};

async function collected(rows: AsyncIterable<QueryRow>): Promise<QueryRow[]> {
  const all: QueryRow[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

/** 1,200 instances, each with a study, series and patient of its own; all that queries sort by is often equal or missing. */
async function filled(index: ArchiveIndex): Promise<void> {
  const adding: Promise<unknown>[] = [];
  for (let n = 0; n < 1200; n++)
    adding.push(
      enter(
        index,
        ctSlice(n, {
          PatientID: `P${n}`,
          PatientName: ['DOE^J', '', 'ROE'][n % 3],
          StudyInstanceUID: `1.5.${n}`,
          SeriesInstanceUID: `1.6.${n}`,
          SOPInstanceUID: `1.7.${n}`,
          StudyDate: n % 7 === 0 ? '' : `202001${10 + (n % 5)}`,
          SeriesNumber: n % 4,
          InstanceNumber: n % 2,
        }),
      ),
    );
  await Promise.all(adding);
}

/** Reading a large answer row by row. */
export const describeRows = (open: OpenIndexScene): void => {
  describe('rows one after the other', () => {
    let scene: Awaited<ReturnType<OpenIndexScene>>;
    beforeAll(async () => {
      scene = await open();
      await filled(scene.index);
    }, 30_000);
    afterAll(() => scene[Symbol.asyncDispose]());

    it('are those of the query at every level, in its order, whatever is equal among them', async () => {
      const queries: ArchiveQuery[] = [
        ...(['patient', 'study', 'series', 'instance'] as const).map((level) => ({ level })),
        { level: 'series', match: { StudyDate: '20200111-' } },
        { level: 'study', limit: 700, offset: 3 },
        { level: 'study', offset: 1190 },
        { level: 'patient', limit: 0 },
      ];
      for (const query of queries) {
        const [rows, expected] = [await collected(scene.index.queryRows(query)), await scene.index.query(query)];
        expect(rows).toEqual(expected);
        expect(new Set(rows.map((row) => row[KEY[query.level]])).size).toBe(rows.length);
      }
      expect(await scene.index.query({ level: 'instance' })).toHaveLength(1200);
    });

    it('neither repeat nor lose a row when others come meanwhile', async () => {
      const before = (await scene.index.query({ level: 'study' })).map((row) => row.StudyInstanceUID);
      const seen: unknown[] = [];
      for await (const { StudyInstanceUID } of scene.index.queryRows({ level: 'study' })) {
        seen.push(StudyInstanceUID);
        if (seen.length === 400)
          await enter(
            scene.index,
            ctSlice(1, { StudyInstanceUID: '1.9', StudyDate: '20991231', SOPInstanceUID: '1.9.1' }),
          );
      }
      expect(seen).toEqual(before);
    });
  });
};
