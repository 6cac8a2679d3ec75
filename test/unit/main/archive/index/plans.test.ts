import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ArchiveIndex, openIndex } from '#main/archive/index/archiveIndex.ts';
import { queryStatement } from '#main/archive/index/query/query.ts';
import { SQLITE } from '#main/archive/index/storage/dialect.ts';
import type { ArchiveQuery, Level } from '#main/archive/types.ts';
import { scratch } from '../objects.ts';

/** How SQLite goes about a query: a lost index fails here, not on the day when the archive has become large. */
describe('the way of a query through the index', () => {
  let folder: Awaited<ReturnType<typeof scratch>>;
  let index: ArchiveIndex;
  let sqlite: DatabaseSync;
  beforeAll(async () => {
    folder = await scratch();
    index = await openIndex(join(folder.dir, 'index.sqlite'));
    sqlite = new DatabaseSync(join(folder.dir, 'index.sqlite'), { readOnly: true });
  });
  afterAll(async () => {
    sqlite.close();
    await index.close();
    await folder[Symbol.asyncDispose]();
  });

  function planOf(query: ArchiveQuery): string[] {
    const { sql, parameters } = queryStatement(SQLITE, { limit: 100, ...query }).compile(index.db);
    const rows = sqlite.prepare(`explain query plan ${sql}`).all(...(parameters as SQLInputValue[]));
    return rows.map(({ detail }) => String(detail));
  }

  const found: readonly [level: Level, match: Record<string, string>, by: string][] = [
    ['patient', { PatientName: 'DOE*' }, 'patient_by_name (name_folded>? AND name_folded<?)'],
    ['patient', { PatientName: '山*' }, 'patient_by_ideographic (name_ideographic>? AND name_ideographic<?)'],
    ['patient', { PatientID: 'P1' }, 'patient_by_id (patient_id=?)'],
    ['study', { PatientName: 'DOE^JOHN' }, 'patient_by_name (name_folded=?)'],
    ['study', { PatientName: 'DOE*' }, 'study_by_patient (patient=?)'],
    ['study', { PatientID: 'P1*' }, 'patient_by_id (patient_id>? AND patient_id<?)'],
    ['study', { PatientBirthDate: '19500102' }, 'patient_by_birth_date (birth_date=?)'],
    ['study', { StudyDate: '20200304' }, 'study_by_date (date=?)'],
    ['study', { StudyDate: '20200101-20201231', ModalitiesInStudy: 'CT' }, 'study_by_date (date>? AND date<?)'],
    ['study', { StudyDate: '20200101-' }, 'study_by_date (date>?)'],
    ['study', { AccessionNumber: 'A1' }, 'study_by_accession (accession=?)'],
    ['study', { StudyID: '1' }, 'study_by_study_id (study_id=?)'],
    ['study', { StudyInstanceUID: '1.2\\1.3' }, 'sqlite_autoindex_study_1 (uid=?)'],
    ['series', { StudyInstanceUID: '1.2' }, 'series_by_study (study=?)'],
    ['series', { SeriesInstanceUID: '1.2' }, 'sqlite_autoindex_series_1 (uid=?)'],
    ['series', { FrameOfReferenceUID: '1.2' }, 'series_by_frame (frame=?)'],
    ['series', { PatientID: 'P1', Modality: 'CT' }, 'series_by_study (study=?)'],
    ['series', { StudyDate: '20200304', Modality: 'CT' }, 'study_by_date (date=?)'],
    ['instance', { SOPInstanceUID: '1.2' }, 'sqlite_autoindex_instance_2 (uid=?)'],
    ['instance', { SeriesInstanceUID: '1.2' }, 'instance_by_series (series=?)'],
    ['instance', { StudyInstanceUID: '1.2' }, 'instance_by_series (series=?)'],
    ['instance', { PatientID: 'P1' }, 'instance_by_series (series=?)'],
  ]; // biome-ignore format: a table
  it.each(found)('%s by %j', (level, match, by) => {
    const plan = planOf({ level, match });
    expect(plan.join('\n')).toContain(by);
    expect(plan.filter((step) => step.startsWith('SCAN'))).toEqual([]);
  });

  const walked: readonly [level: Level, match: Record<string, string>][] = [
    ['patient', {}],
    ['study', {}],
    ['study', { ModalitiesInStudy: 'CT' }],
    ['study', { StudyDescription: '*lung*' }],
    ['series', {}],
    ['series', { Modality: 'CT' }],
    ['instance', {}],
    ['instance', { Modality: 'CT' }],
  ];
  it.each(walked)('%s by %j walks along the answer and sorts nothing', (level, match) => {
    const plan = planOf({ level, match });
    expect(plan[0]).toBe(
      `SCAN ${level === 'patient' ? 'patient USING INDEX patient_by_name' : 'study USING INDEX study_by_date'}`,
    );
    expect(plan.slice(1).filter((step) => !step.startsWith('SEARCH'))).toEqual([]);
  });

  it('goes on from any place by the same index', () => {
    const statement = queryStatement(SQLITE, { level: 'series', limit: 100 }, ['20200304', '101500', 7, 2, 9]);
    const { sql, parameters } = statement.compile(index.db);
    const plan = sqlite.prepare(`explain query plan ${sql}`).all(...(parameters as SQLInputValue[]));
    expect(String(plan[0].detail)).toBe('SEARCH study USING INDEX study_by_date ((date,time)<(?,?))');
    expect(plan.map(({ detail }) => String(detail)).filter((step) => step.includes('TEMP'))).toEqual([]);
  });
});
