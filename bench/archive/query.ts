import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { sql } from 'kysely';
import { type ArchiveIndex, openIndex } from '#main/archive/index/archiveIndex.ts';
import type { Level } from '#main/archive/types.ts';
import { postgresFolder } from '#test/peers/harness/missing.ts';
import { startPostgres } from '#test/peers/harness/postgres.ts';
import { temporaryFolder } from '#test/peers/harness/process.ts';
import type { Row } from '../report/row.ts';
import * as department from './department.ts';

type Match = (n: number) => Record<string, string>;

/** What people and machines ask an archive for, by class; each question differs from the one before. */
const STUDY: Readonly<Record<string, Match>> = {
  'first page': () => ({}),
  'name exact': (n) => ({ PatientName: `meyer${'abcdefgh'[n % 8]}^anna` }),
  'name prefix': (n) => ({ PatientName: `${'MSDNGRKJ'[n % 8]}*` }),
  'name wildcard within': (n) => ({ PatientName: `*${['yuki', 'olga', 'hans'][n % 3]}*` }),
  'name wildcard without a match': (n) => ({ PatientName: `*Q${n}*` }),
  'name ideographic': () => ({ PatientName: '山田*' }),
  'patient ID': (n) => ({ PatientID: department.patientId(n * 37) }),
  'patient ID wildcard': (n) => ({ PatientID: `PID00${String(n % 20).padStart(2, '0')}*` }),
  'accession number': (n) => ({ AccessionNumber: department.accession(n * 101) }),
  'study UID': (n) => ({ StudyInstanceUID: department.studyUid(n * 101) }),
  'one day': (n) => ({ StudyDate: department.dateOf(n * 97) }),
  'one year and modality': (n) => ({
    StudyDate: `${2017 + (n % 8)}0101-${2017 + (n % 8)}1231`,
    ModalitiesInStudy: 'RTPLAN',
  }),
  'rare modality': () => ({ ModalitiesInStudy: 'SEG' }),
  'description without a match': (n) => ({ StudyDescription: `*x${n}*` }),
  'name and dates': (n) => ({ PatientName: 'SMITH*', StudyDate: `20${String(17 + (n % 8))}0101-` }),
};

const SERIES: Readonly<Record<string, Match>> = {
  'first page': () => ({}),
  'of a study': (n) => ({ StudyInstanceUID: department.studyUid(n * 101) }),
  'series UID': (n) => ({ SeriesInstanceUID: department.seriesUid(n * 101) }),
  'one day': (n) => ({ StudyDate: department.dateOf(n * 97) }),
  modality: (n) => ({ Modality: ['CT', 'MR', 'RTDOSE'][n % 3] }),
  'rare modality': () => ({ Modality: 'SEG' }),
  'name prefix and modality': (n) => ({ PatientName: `${'MSDNGRKJ'[n % 8]}*`, Modality: 'RTPLAN' }),
  'description without a match': (n) => ({ SeriesDescription: `*x${n}*` }),
};

const INSTANCE: Readonly<Record<string, Match>> = {
  'of a series': (n) => ({ SeriesInstanceUID: department.seriesUid(n * 101) }),
  'SOP instance UID': (n) => ({ SOPInstanceUID: department.instanceUid(n * 1009) }),
};

/** What the page and the network ask beside queries. */
const OTHER: Readonly<Record<string, (index: ArchiveIndex, n: number) => Promise<unknown>>> = {
  'patient list, first 200': (index) => index.patients('', 200),
  'patient list, search': (index, n) => index.patients(['yuki', 'smitha', 'PID000123'][n % 3], 200),
  'patient tree': (index, n) => index.tree(`key${n * 17}`),
  'objects of a series': (index, n) => index.locate('', { seriesInstanceUid: department.seriesUid(n * 71) }),
  'held (UID and digest)': (index, n) => index.held(department.instanceUid(n * 7133), department.digestOf(n * 7133)),
  'number of objects': (index) => index.count(),
};

const ASKED = 100;

/** Queries on an index of 1,000,000 instances, first hundred matches: SQLite, and PostgreSQL where a server is installed. */
export async function run(): Promise<readonly Row[]> {
  const folder = await temporaryFolder('bench-index');
  try {
    const rows = await measured('', join(folder.path, 'index.sqlite'));
    if (postgresFolder() === undefined) return rows;
    const postgres = await startPostgres();
    try {
      return [...rows, ...(await measured('postgres: ', postgres.url))];
    } finally {
      await postgres.stop();
    }
  } finally {
    await folder.remove();
  }
}

async function measured(name: string, place: string): Promise<Row[]> {
  const rows: Row[] = [];
  const filling = await openIndex(place);
  const started = performance.now();
  await filling.write((db) => department.fillDepartment(db));
  // What the server does by itself after a while.
  if (name !== '') for (const task of ['vacuum analyze', 'checkpoint']) await sql.raw(task).execute(filling.db);
  rows.push({
    name: `${name}synthetic index of 1,000,000 instances`,
    value: (performance.now() - started) / 1000,
    unit: 's',
  });
  await filling.close();
  // What was filled goes to the disk now, not while queries are measured.
  spawnSync('sync');

  const opened = performance.now();
  const index = await openIndex(place);
  rows.push({ name: `${name}open the index`, value: performance.now() - opened, unit: 'ms' });
  try {
    const ask = async (what: string, work: (n: number) => Promise<unknown>): Promise<void> => {
      rows.push({ name: `${name}${what}`, value: await p95(work), unit: 'ms p95' });
    };
    const classes: [Level, Readonly<Record<string, Match>>][] = [
      ['study', STUDY],
      ['series', SERIES],
      ['instance', INSTANCE],
    ];
    for (const [level, questions] of classes)
      for (const [what, match] of Object.entries(questions))
        await ask(`${level} search: ${what}`, (n) => index.query({ level, match: match(n), limit: 100 }));
    for (const [what, work] of Object.entries(OTHER)) await ask(what, (n) => work(index, n));
    return rows;
  } finally {
    await index.close();
  }
}

/** In ms; the first one, with a cold cache, counts too. */
async function p95(work: (n: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let n = 1; n <= ASKED; n++) {
    const start = performance.now();
    await work(n);
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return times[Math.ceil(0.95 * ASKED) - 1];
}
