import { type Kysely, sql } from 'kysely';
import { listOf } from '#main/archive/index/storage/lists.ts';
import type { Tables } from '#main/archive/index/storage/schema.ts';
import { foldedGroups, wordsOf } from '#main/archive/index/write/names.ts';

/** The synthetic department: 20,000 patients, 25,000 studies, 60,000 series, 1,000,000 instances over ten years. */
const PATIENTS = 20_000;
const STUDIES = 25_000;
const SERIES = 60_000;
const INSTANCES = 1_000_000;

const FAMILY =
  'MEYER MUELLER SCHMIDT DOE NGUYEN GARCIA ROSSI KOWALSKI JENSEN SILVA OZTURK IVANOVA TANAKA KIM SMITH'.split(' ');
const GIVEN = 'ANNA JOHN MARIA PETER LINH LUCIA MARCO PIOTR SOREN RUI ELIF OLGA YUKI MIN GRACE HANS'.split(' ');
const MODALITIES = ['CT', 'MR', 'PT', 'RTSTRUCT', 'RTPLAN', 'RTDOSE'];
const RARE = 'SEG';

const root = '1.2.826.0.1.3680043.10.999.77';
export const studyUid = (n: number): string => `${root}.1.${n}`;
export const seriesUid = (n: number): string => `${root}.2.${n}`;
export const instanceUid = (n: number): string => `${root}.3.${n}`;
export const digestOf = (n: number): string => n.toString(16).padStart(64, '0');
export const patientId = (n: number): string => `PID${String(n).padStart(7, '0')}`;
export const accession = (n: number): string => `ACC${String(n).padStart(8, '0')}`;

/** Studies spread evenly over ten years; the last days are the most recent. */
export function dateOf(study: number): string {
  const day = Date.UTC(2016, 0, 1) + Math.floor((study / STUDIES) * 3650) * 86_400_000;
  return new Date(day).toISOString().slice(0, 10).replaceAll('-', '');
}

function nameOf(n: number): string {
  const family = `${FAMILY[n % FAMILY.length]}${String.fromCharCode(65 + (Math.floor(n / 15) % 26))}`;
  return `${family}^${GIVEN[Math.floor(n / 7) % GIVEN.length]}${n % 11 === 0 ? '=山田^太郎' : ''}`;
}

const modalityOf = (series: number): string => (series % 5000 === 0 ? RARE : MODALITIES[series % MODALITIES.length]);
const studyOf = (series: number): number => series % STUDIES;
const patientOf = (study: number): number => study % PATIENTS;
/** Instances lie in the series evenly. */
const seriesOf = (instance: number): number => instance % SERIES;
const perSeries = (series: number): number => Math.floor((INSTANCES - series - 1) / SERIES) + 1;

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Fills an empty index with the department by plain inserts, as no archive of that size is at hand. Row ids are n + 1. */
export async function fillDepartment(db: Kysely<Tables>): Promise<void> {
  const seriesOfStudy = Map.groupBy(range(SERIES), studyOf);
  const studiesOfPatient = Map.groupBy(range(STUDIES), patientOf);
  const seriesIn = (study: number): number[] => seriesOfStudy.get(study) ?? [];
  const counted = (series: readonly number[]) => ({
    series: series.length,
    instances: series.reduce((sum, one) => sum + perSeries(one), 0),
    conflicts: 0,
    received: '2026-01-01T00:00:00.000Z',
    modalities: listOf(series.map(modalityOf)),
  });
  await insert(db, 'patient', PATIENTS, (n) => {
    const name = nameOf(n);
    const [name_folded, name_ideographic, name_phonetic] = foldedGroups(name);
    return {
      id: n + 1,
      key: `key${n}`,
      patient_id: patientId(n),
      issuer: '',
      name,
      name_folded,
      name_ideographic,
      name_phonetic,
      name_words: ` ${wordsOf(name).join(' ')} `,
      id_folded: patientId(n),
      birth_date: `19${30 + (n % 60)}${String(1 + (n % 12)).padStart(2, '0')}15`,
      sex: n % 2 === 0 ? 'F' : 'M',
      studies: studiesOfPatient.get(n)?.length ?? 0,
      ...counted((studiesOfPatient.get(n) ?? []).flatMap(seriesIn)),
    };
  });
  await insert(db, 'study', STUDIES, (n) => ({
    id: n + 1,
    patient: patientOf(n) + 1,
    uid: studyUid(n),
    date: dateOf(n),
    time: `${String(8 + (n % 10)).padStart(2, '0')}${String(n % 60).padStart(2, '0')}00`,
    study_id: String(n % 5000),
    accession: accession(n),
    description: ['Planning', 'Staging', 'Follow-up'][n % 3],
    referring: 'HOUSE^G',
    referring_folded: 'HOUSE^G',
    referring_ideographic: '',
    referring_phonetic: '',
    sop_classes: '1.2.840.10008.5.1.4.1.1.2',
    ...counted(seriesIn(n)),
  }));
  await insert(db, 'series', SERIES, (n) => ({
    id: n + 1,
    study: studyOf(n) + 1,
    uid: seriesUid(n),
    modality: modalityOf(n),
    number: String(Math.floor(n / STUDIES) + 1),
    ordinal: Math.floor(n / STUDIES) + 1,
    description: ['Thorax 3 mm', 'Pelvis', 'Contours', 'Plan A'][n % 4],
    date: dateOf(studyOf(n)),
    time: '100000',
    body_part: 'CHEST',
    frame: `${root}.4.${studyOf(n)}`,
    protocol: '',
    station: 'CT1',
    instances: perSeries(n),
    conflicts: 0,
    received: '2026-01-01T00:00:00.000Z',
  }));
  await insert(db, 'instance', INSTANCES, (n) => ({
    id: n + 1,
    series: seriesOf(n) + 1,
    patient: patientOf(studyOf(seriesOf(n))) + 1,
    uid: instanceUid(n),
    sop_class: '1.2.840.10008.5.1.4.1.1.2',
    transfer_syntax: '1.2.840.10008.1.2.1',
    number: String(Math.floor(n / SERIES) + 1),
    ordinal: Math.floor(n / SERIES) + 1,
    label: '',
    approval: '',
    created_date: '',
    created_time: '',
    rows: 512,
    columns: 512,
    bits_allocated: 16,
    frames: 1,
    frame: `${root}.4.${studyOf(seriesOf(n))}`,
    digest: digestOf(n),
    bytes: 525_000,
    path: `objects/${(n % 256).toString(16).padStart(2, '0')}/${instanceUid(n)}~${digestOf(n).slice(-16)}.dcm`,
    received: '2026-01-01T00:00:00.000Z',
    source: 'bench',
    variant: 0,
  }));
}

const ROWS = 500;

/** Rows `0…count-1` by few statements: each text is compiled once, whatever the number of rows. */
async function insert(
  db: Kysely<Tables>,
  table: keyof Tables,
  count: number,
  row: (n: number) => Readonly<Record<string, string | number>>,
): Promise<void> {
  const columns = Object.keys(row(0));
  for (let from = 0; from < count; from += ROWS) {
    const rows = range(Math.min(ROWS, count - from)).map((i) => Object.values(row(from + i)));
    const values = sql.join(rows.map((one) => sql`(${sql.join(one)})`));
    await sql`insert into ${sql.table(table)} (${sql.raw(columns.map((column) => `"${column}"`).join(', '))}) values ${values}`.execute(
      db,
    );
  }
}
