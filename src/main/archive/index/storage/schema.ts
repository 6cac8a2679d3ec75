import type { Generated, Selectable } from 'kysely';
import type { SqlDialect } from './dialect.ts';

/** What the indexing transaction keeps counted in a row, so that no query has to count. Variants are not in `instances`. */
interface Counters {
  instances: number;
  /** Objects kept apart under the UID of another one. */
  conflicts: number;
  /** When the last object below it came, as in `instance.received`. */
  received: string;
}

/** One person as the archive tells people apart: see `write/patients.ts`. */
interface PatientTable extends Counters {
  id: Generated<number>;
  /** The archive's own key, stable across a rebuild. */
  key: string;
  patient_id: string;
  issuer: string;
  name: string;
  /** The groups of the name (PS3.5 6.2.1.2), folded by `foldName`: what names are compared by. */
  name_folded: string;
  name_ideographic: string;
  name_phonetic: string;
  /** All words of all groups without accents, each between spaces: fuzzy matching and the page's search. */
  name_words: string;
  /** Patient ID in upper case, for the page's search. */
  id_folded: string;
  birth_date: string;
  sex: string;
  studies: number;
  series: number;
  /** The modalities of its series: see `lists.ts`. */
  modalities: string;
}

interface StudyTable extends Counters {
  id: Generated<number>;
  patient: number;
  uid: string;
  date: string;
  time: string;
  study_id: string;
  accession: string;
  description: string;
  referring: string;
  referring_folded: string;
  referring_ideographic: string;
  referring_phonetic: string;
  series: number;
  modalities: string;
  /** SOP Class UIDs of its instances. */
  sop_classes: string;
}

interface SeriesTable extends Counters {
  id: Generated<number>;
  study: number;
  uid: string;
  modality: string;
  number: string;
  /** `number` as a number: see `ordinalOf`. */
  ordinal: number;
  description: string;
  date: string;
  time: string;
  body_part: string;
  frame: string;
  protocol: string;
  station: string;
}

interface InstanceTable {
  id: Generated<number>;
  series: number;
  /** The patient of its series, here too so that (uid, patient, variant) can be unique. */
  patient: number;
  uid: string;
  sop_class: string;
  transfer_syntax: string;
  number: string;
  ordinal: number;
  label: string;
  approval: string;
  created_date: string;
  created_time: string;
  rows: number | null;
  columns: number | null;
  bits_allocated: number | null;
  frames: number | null;
  frame: string;
  /** SHA-256 (hex) of transfer syntax and data set, without preamble and File Meta Information. */
  digest: string;
  /** Size of the whole file. */
  bytes: number;
  /** Relative to the archive's folder, with forward slashes. */
  path: string;
  /** ISO 8601 with milliseconds, UTC. */
  received: string;
  source: string;
  /** 0 for the patient's first object received under this SOP Instance UID, 1, 2… for others with different bytes. */
  variant: number;
}

/** What an object names: SOP instances, image series, and frames of reference. */
interface ReferenceTable {
  instance: number;
  kind: 'instance' | 'series' | 'frame';
  uid: string;
}

/** Small facts about the index itself. */
interface NoteTable {
  name: string;
  value: string;
}

export interface Tables {
  patient: PatientTable;
  study: StudyTable;
  series: SeriesTable;
  instance: InstanceTable;
  reference: ReferenceTable;
  note: NoteTable;
}

export type PatientRow = Selectable<PatientTable>;

/** Raised whenever the tables change: an index of another version is thrown away and rebuilt from the files. */
export const SCHEMA_VERSION = 3;

/** Those that refer to others first. */
export const TABLES = ['reference', 'instance', 'series', 'study', 'patient', 'note'] as const;

const text = (names: string, type: string): string[] => names.split(' ').map((name) => `${name} ${type} not null`);

/**
 * The statements that make the tables. Text compares by code point in both systems. The order of the columns in the indexes of
 * study, series and instance is the order in which queries answer (`query/order.ts`): a first page needs no sorting.
 */
export function schemaFor({ types, covering }: SqlDialect): string[] {
  const { id, integer, text: string } = types;
  const words = (names: string): string[] => text(names, string);
  const numbers = (names: string): string[] => text(names, integer);
  const table = (name: string, columns: readonly string[]): string => `create table ${name} (${columns.join(', ')})`;
  const refers = (to: string): string => `${to} ${integer} not null references ${to}`;
  return [
    table('patient', [
      `id ${id}`,
      `key ${string} not null unique`,
      ...words('patient_id issuer name name_folded name_ideographic name_phonetic name_words id_folded birth_date sex'),
      ...numbers('studies series instances conflicts'),
      ...words('modalities received'),
    ]),
    'create index patient_by_name on patient (name_folded, patient_id, id)',
    'create index patient_by_ideographic on patient (name_ideographic)',
    'create index patient_by_phonetic on patient (name_phonetic)',
    'create index patient_by_id on patient (patient_id)',
    'create index patient_by_birth_date on patient (birth_date)',
    table('study', [
      `id ${id}`,
      refers('patient'),
      ...words('uid date time study_id accession description'),
      ...words('referring referring_folded referring_ideographic referring_phonetic'),
      ...numbers('series instances conflicts'),
      ...words('modalities sop_classes received'),
      'unique (uid, patient)',
    ]),
    'create index study_by_patient on study (patient)',
    `create index study_by_date on study (date, time, id${covering('modalities, description')})`,
    'create index study_by_accession on study (accession)',
    'create index study_by_study_id on study (study_id)',
    table('series', [
      `id ${id}`,
      refers('study'),
      ...words('uid modality number'),
      ...numbers('ordinal'),
      ...words('description date time body_part frame protocol station'),
      ...numbers('instances conflicts'),
      ...words('received'),
      'unique (uid, study)',
    ]),
    `create index series_by_study on series (study, ordinal, id${covering('modality, description')})`,
    'create index series_by_frame on series (frame)',
    table('instance', [
      `id ${id}`,
      refers('series'),
      // No foreign key: it would want an index of its own.
      ...numbers('patient'),
      ...words('uid sop_class transfer_syntax number'),
      ...numbers('ordinal'),
      ...words('label approval created_date created_time'),
      ...['rows', 'columns', 'bits_allocated', 'frames'].map((name) => `${name} ${integer}`),
      ...words('frame digest'),
      ...numbers('bytes'),
      `path ${string} not null unique`,
      ...words('received source'),
      ...numbers('variant'),
      'unique (uid, patient, variant)',
    ]),
    'create index instance_by_series on instance (series, ordinal, id)',
    table('reference', [refers('instance'), ...words('kind uid')]),
    'create index reference_by_instance on reference (instance)',
    'create index reference_by_uid on reference (uid)',
    table('note', [`name ${string} primary key`, ...words('value')]),
  ];
}
