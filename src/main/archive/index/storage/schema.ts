import type { Generated, Selectable } from 'kysely';

/** One person as the archive tells people apart: see `patients.ts`. */
interface PatientTable {
  id: Generated<number>;
  /** The archive's own key, stable across a rebuild. */
  key: string;
  patient_id: string;
  issuer: string;
  name: string;
  /** Name folded for comparison (`foldName`). */
  name_folded: string;
  birth_date: string;
  sex: string;
}

interface StudyTable {
  id: Generated<number>;
  patient: number;
  uid: string;
  date: string;
  time: string;
  study_id: string;
  accession: string;
  description: string;
  referring: string;
}

interface SeriesTable {
  id: Generated<number>;
  study: number;
  uid: string;
  modality: string;
  number: string;
  description: string;
  date: string;
  time: string;
  body_part: string;
  frame: string;
}

interface InstanceTable {
  id: Generated<number>;
  series: number;
  uid: string;
  sop_class: string;
  transfer_syntax: string;
  number: string;
  label: string;
  rows: number | null;
  columns: number | null;
  bits_allocated: number | null;
  frames: number | null;
  frame: string;
  /** SHA-256 (hex) of the data set alone, without preamble and File Meta Information. */
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

export interface Tables {
  patient: PatientTable;
  study: StudyTable;
  series: SeriesTable;
  instance: InstanceTable;
  reference: ReferenceTable;
}

export type PatientRow = Selectable<PatientTable>;

/** Raised whenever the tables change: an index of another version is thrown away and rebuilt from the files. */
export const SCHEMA_VERSION = 1;

export const SCHEMA = `
create table patient (
  id integer primary key, key text not null unique, patient_id text not null, issuer text not null, name text not null,
  name_folded text not null, birth_date text not null, sex text not null);
create index patient_by_id on patient (patient_id);
create table study (
  id integer primary key, patient integer not null references patient, uid text not null, date text not null, time text not null,
  study_id text not null, accession text not null, description text not null, referring text not null, unique (uid, patient));
create index study_by_patient on study (patient);
create table series (
  id integer primary key, study integer not null references study, uid text not null, modality text not null, number text not null,
  description text not null, date text not null, time text not null, body_part text not null, frame text not null,
  unique (uid, study));
create index series_by_study on series (study);
create index series_by_frame on series (frame);
create table instance (
  id integer primary key, series integer not null references series, uid text not null, sop_class text not null,
  transfer_syntax text not null, number text not null, label text not null, rows integer, columns integer,
  bits_allocated integer, frames integer, frame text not null, digest text not null, bytes integer not null,
  path text not null unique, received text not null, source text not null, variant integer not null);
create index instance_by_uid on instance (uid);
create index instance_by_series on instance (series);
create table reference (instance integer not null references instance, kind text not null, uid text not null);
create index reference_by_instance on reference (instance);
create index reference_by_uid on reference (uid);
`;
