import { z } from 'zod';
import type { QueuedObject } from '../types.ts';
import type { TransferDatabase } from './database.ts';
import { asRow, asRows } from './rows.ts';

/** How far the router has looked: the last row of the archive's index that it saw, and the latest time of receipt among all. */
export interface Cursor {
  readonly position: number;
  readonly received: string;
  readonly identity: string;
}

/** Objects of one series that wait until it is quiet. */
export interface HeldSeries {
  readonly rule: string;
  readonly patientKey: string;
  readonly series: string;
  readonly patient: string;
  /** When the last of them was looked at, ms. */
  readonly last: number;
}

const queuedObject = z.object({
  patientKey: z.string(),
  seriesInstanceUid: z.string(),
  sopInstanceUid: z.string(),
  sopClassUid: z.string(),
  variant: z.number(),
  identity: z.string(),
  modality: z.string(),
  label: z.string(),
  bytes: z.number(),
});

/** What routing keeps beside the queue, in the same file so that both change together. */
export class RoutingStore {
  readonly #database: TransferDatabase;

  constructor(database: TransferDatabase) {
    this.#database = database;
  }

  cursor(): Cursor | undefined {
    return asRow(this.#database.sqlite.prepare('select position, received, identity from cursor').get());
  }

  setCursor({ position, received, identity }: Cursor): void {
    this.#database.sqlite
      .prepare('insert or replace into cursor values (1, ?, ?, ?)')
      .run(position, received, identity);
  }

  /** True the first time that a rule meets an instance of a patient. */
  claim(rule: string, { patientKey, sopInstanceUid }: QueuedObject, now: number): boolean {
    const { changes } = this.#database.sqlite
      .prepare('insert or ignore into routed values (?, ?, ?, ?)')
      .run(rule, patientKey, sopInstanceUid, now);
    return changes > 0;
  }

  hold(rule: string, patient: string, object: QueuedObject, now: number): void {
    this.#database.sqlite
      .prepare('insert or replace into held values (?, ?, ?, ?, ?, ?, ?)')
      .run(
        rule,
        object.patientKey,
        object.seriesInstanceUid,
        object.sopInstanceUid,
        now,
        patient,
        JSON.stringify(object),
      );
  }

  held(): HeldSeries[] {
    return asRows(
      this.#database.sqlite
        .prepare(
          `select rule, patient_key as patientKey, series, max(patient) as patient, max(at) as last from held
           group by rule, patient_key, series`,
        )
        .all(),
    );
  }

  /** Takes what is held of a series out, in order of arrival. */
  release({ rule, patientKey, series }: HeldSeries): QueuedObject[] {
    const of = 'from held where rule = ? and patient_key = ? and series = ?';
    const rows = asRows<{ object: string }>(
      this.#database.sqlite.prepare(`select object ${of} order by at, uid`).all(rule, patientKey, series),
    );
    this.#database.sqlite.prepare(`delete ${of}`).run(rule, patientKey, series);
    return rows.map(({ object }) => queuedObject.parse(JSON.parse(object)));
  }
}
