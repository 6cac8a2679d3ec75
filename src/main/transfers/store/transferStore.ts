import type { SQLInputValue, StatementSync } from 'node:sqlite';
import type { TransferFilter, TransferObject } from '#shared/contract/rpc/transfers.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { NewTransfer, QueuedObject } from '../types.ts';
import type { TransferDatabase } from './database.ts';
import { asRow, asRows, priorityNumber, type TransferRow, type WaitingObject } from './rows.ts';

const ACTIVE = "('waiting', 'running', 'retrying')";
const UNFINISHED = "('waiting', 'running', 'retrying', 'committing')";
type ObjectState = TransferObject['state'];

/** Reads and writes the queue's tables. Every method is one transaction; nothing here knows why or when. */
export class TransferStore {
  readonly #database: TransferDatabase;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: TransferDatabase) {
    this.#database = database;
  }

  #prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.sqlite.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#prepared(sql).run(...values).changes);
  }

  #row<T>(sql: string, ...values: SQLInputValue[]): T | undefined {
    return asRow<T>(this.#prepared(sql).get(...values));
  }

  #rows<T>(sql: string, ...values: SQLInputValue[]): T[] {
    return asRows<T>(this.#prepared(sql).all(...values));
  }

  /**
   * On the disk when it returns. What a rule sends of a series joins the transfer of that rule and series that is not finished.
   * Returns the transfer's id.
   */
  add(transfer: NewTransfer, now: number): number {
    return this.#database.transaction(() => {
      const id = this.#unfinishedOf(transfer) ?? this.#insert(transfer, now);
      const last = this.#row<{ n: number }>('select max(position) as n from object where transfer = ?', id);
      const insert = this.#database.sqlite.prepare(
        `insert into object values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', 0, '', '')`,
      );
      for (const [index, object] of transfer.objects.entries())
        insert.run(id, (last?.n ?? -1) + 1 + index, ...valuesOf(object));
      const content = this.#rows<{ modality: string; n: number }>(
        'select modality, count(*) as n from object where transfer = ? group by modality order by n desc, modality',
        id,
      );
      this.#run(
        `update transfer set content = ?, total = total + ?, bytes = bytes + ? where id = ?`,
        content.map(({ modality, n }) => (n === 1 ? modality : `${modality} × ${n}`)).join(', '),
        transfer.objects.length,
        transfer.objects.reduce((sum, { bytes }) => sum + bytes, 0),
        id,
      );
      return id;
    }, true);
  }

  #unfinishedOf({ rule, node, patient }: NewTransfer): number | undefined {
    if (rule === undefined) return undefined;
    return this.#row<{ id: number }>(
      `select id from transfer where rule = ? and series = ? and node = ? and patient = ? and state in ${ACTIVE} limit 1`,
      rule.id,
      rule.seriesInstanceUid,
      node.id,
      patient,
    )?.id;
  }

  #insert({ node, why, rule, priority, patient }: NewTransfer, now: number): number {
    const { lastInsertRowid } = this.#database.sqlite
      .prepare(
        `insert into transfer (node, node_name, why, rule, rule_name, series, priority, patient, content, state, reason,
         created, since, attempts, fruitless, next_attempt, total, sent, failed, bytes, bytes_sent, busy_ms)
         values (?, ?, ?, ?, ?, ?, ?, ?, '', 'waiting', '', ?, ?, 0, 0, 0, 0, 0, 0, 0, 0, 0)`,
      )
      .run(
        node.id,
        node.name,
        why,
        rule?.id ?? '',
        rule?.name ?? '',
        rule?.seriesInstanceUid ?? '',
        priorityNumber(priority ?? 'normal'),
        patient,
        now,
        now,
      );
    return Number(lastInsertRowid);
  }

  find(id: number): TransferRow | undefined {
    return this.#row('select * from transfer where id = ?', id);
  }

  /** @throws NOT_FOUND */
  get(id: number): TransferRow {
    const row = this.find(id);
    if (row === undefined) throw new IsocenterError('NOT_FOUND', 'no such transfer', { object: String(id) });
    return row;
  }

  /** Newest first. */
  list({ search, states, limit }: TransferFilter): TransferRow[] {
    const words = `%${search.replaceAll(/[\\%_]/g, '\\$&')}%`;
    const among = states === undefined ? '1' : `state in (${states.map((state) => `'${state}'`).join(', ')})`;
    return this.#rows(
      `select * from transfer where ${among} and (? = '' or patient || ' ' || node_name || ' ' || rule_name || ' ' || content || ' ' || reason like ? escape '\\'
       or series = ? or id in (select transfer from object where uid = ?)) order by id desc limit ?`,
      search,
      words,
      search,
      search,
      limit,
    );
  }

  objects(id: number, { failed, limit }: { readonly failed: boolean; readonly limit: number }): TransferObject[] {
    return this.#rows<TransferObject>(
      `select uid as sopInstanceUid, patient_key as patientKey, modality, label, state, tries, status, reason from object
       where transfer = ? ${failed ? "and state = 'failed'" : ''} order by position limit ?`,
      id,
      limit,
    ).map((row) => ({ ...row }));
  }

  /** Nodes that have something to be sent now. */
  dueNodes(now: number): string[] {
    return this.#rows<{ node: string }>(
      `select distinct node from transfer where state in ('waiting', 'retrying') and next_attempt <= ?`,
      now,
    ).map(({ node }) => node);
  }

  /** The next transfer to a node: highest priority, then oldest. */
  nextFor(node: string, now: number): TransferRow | undefined {
    return this.#row(
      `select * from transfer where node = ? and state in ('waiting', 'retrying') and next_attempt <= ?
       order by priority desc, id limit 1`,
      node,
      now,
    );
  }

  /** When the next one that waits is due, ms. */
  nextDue(): number | undefined {
    return (
      this.#row<{ at: number | null }>(
        `select min(next_attempt) as at from transfer where state in ('waiting', 'retrying')`,
      )?.at ?? undefined
    );
  }

  /** Objects without a final answer, those tried less often first: one that breaks every association does not stop the rest. */
  waiting(id: number, limit: number): WaitingObject[] {
    return this.#rows<WaitingObject>(
      `select position, tries, patient_key as patientKey, series as seriesInstanceUid, uid as sopInstanceUid,
       sop_class as sopClassUid, variant, identity, modality, label, bytes from object
       where transfer = ? and state = 'waiting' order by tries, position limit ?`,
      id,
      limit,
    );
  }

  /** What the peer has acknowledged. */
  sent(id: number): { position: number; sopClassUid: string; sopInstanceUid: string }[] {
    return this.#rows(
      `select position, sop_class as sopClassUid, uid as sopInstanceUid from object where transfer = ? and state = 'sent' order by position`,
      id,
    );
  }

  /** Why most of the objects that failed did, and whether others failed otherwise. */
  commonFailure(id: number): { readonly reason: string; readonly kinds: number } | undefined {
    return this.#row(
      `select reason, count(*) over () as kinds from object where transfer = ? and state = 'failed'
       group by reason order by count(*) desc limit 1`,
      id,
    );
  }

  begin(id: number, now: number): boolean {
    return (
      this.#run(
        `update transfer set state = 'running', reason = '', started = coalesce(started, ?), finished = null,
         attempts = attempts + (state = 'retrying' or attempts = 0) where id = ? and state in ('waiting', 'retrying')`,
        now,
        id,
      ) > 0
    );
  }

  /** An object's answer. What was acknowledged is so even if the transfer was cancelled meanwhile. */
  settle(id: number, object: WaitingObject, state: ObjectState, status: string, reason: string): void {
    this.#database.transaction(() => {
      const changed = this.#run(
        `update object set state = ?, status = ?, reason = ?, tries = tries + 1
         where transfer = ? and position = ? and (state = 'waiting' or (state = 'cancelled' and ? = 'sent'))`,
        state,
        status,
        reason,
        id,
        object.position,
        state,
      );
      if (changed === 0) return;
      if (state === 'sent')
        this.#run('update transfer set sent = sent + 1, bytes_sent = bytes_sent + ? where id = ?', object.bytes, id);
      else if (state === 'failed') this.#run('update transfer set failed = failed + 1 where id = ?', id);
    });
  }

  /** What commitment says of an object that was sent. */
  commit(id: number, position: number, committed: boolean, reason: string): void {
    this.#database.transaction(() => {
      const state = committed ? 'committed' : 'failed';
      const changed = this.#run(
        `update object set state = ?, reason = case when ? = '' then reason else ? end
         where transfer = ? and position = ? and state = 'sent'`,
        state,
        reason,
        reason,
        id,
        position,
      );
      if (changed > 0 && !committed)
        this.#run(
          `update transfer set failed = failed + 1, sent = sent - 1,
           bytes_sent = bytes_sent - (select bytes from object where transfer = transfer.id and position = ?) where id = ?`,
          position,
          id,
        );
    });
  }

  /** Ends an attempt; `fruitful` when it sent something. Nothing changes for a transfer that was cancelled meanwhile. */
  attempted(id: number, busyMs: number, fruitful: boolean): void {
    this.#run(
      `update transfer set busy_ms = busy_ms + ?, fruitless = case when ? then 0 else fruitless + 1 end where id = ?`,
      Math.round(busyMs),
      fruitful ? 1 : 0,
      id,
    );
  }

  /** Back to `waiting` (at once), or `retrying` at a later time. */
  release(id: number, retry?: { readonly at: number; readonly reason: string }): void {
    this.#run(
      `update transfer set state = ?, reason = ?, next_attempt = ? where id = ? and state in ('running', 'committing')`,
      retry === undefined ? 'waiting' : 'retrying',
      retry?.reason ?? '',
      retry?.at ?? 0,
      id,
    );
  }

  /** The other transfers to a node in trouble wait as long. Returns their ids. */
  postpone(node: string, at: number, reason: string): number[] {
    const rows = this.#rows<{ id: number }>(
      `update transfer set state = 'retrying', reason = ?, next_attempt = ?
       where node = ? and state in ('waiting', 'retrying') and next_attempt < ? returning id`,
      reason,
      at,
      node,
      at,
    );
    return rows.map(({ id }) => id);
  }

  committing(id: number): void {
    this.#run(`update transfer set state = 'committing', reason = '' where id = ? and state = 'running'`, id);
  }

  /** The end, unless it was cancelled; what still waits ends as `rest` says. */
  finish(
    id: number,
    state: 'done' | 'failed' | 'cancelled',
    reason: string,
    now: number,
    rest?: { readonly status: string; readonly reason: string },
  ): boolean {
    return this.#database.transaction(() => {
      const changed = this.#run(
        `update transfer set state = ?, reason = ?, finished = ? where id = ? and state in ${UNFINISHED}`,
        state,
        reason,
        now,
        id,
      );
      if (changed === 0) return false;
      const left = this.#run(
        `update object set state = ?, status = case when status = '' then ? else status end,
         reason = case when reason = '' then ? else reason end where transfer = ? and state = 'waiting'`,
        state === 'cancelled' ? 'cancelled' : 'failed',
        rest?.status ?? '',
        rest?.reason ?? reason,
        id,
      );
      if (state !== 'cancelled') this.#run('update transfer set failed = failed + ? where id = ?', left, id);
      return true;
    });
  }

  /** What failed or was cancelled waits again, and what waits is due. Returns whether there is anything to do. */
  again(id: number, now: number): boolean {
    return this.#database.transaction(() => {
      this.#run(
        `update object set state = 'waiting', tries = 0, status = '', reason = '' where transfer = ? and state in ('failed', 'cancelled')`,
        id,
      );
      const changed = this.#run(
        `update transfer set state = 'waiting', reason = '', since = ?, fruitless = 0, next_attempt = 0, finished = null,
         failed = 0 where id = ? and state in ('waiting', 'retrying', 'failed', 'cancelled')`,
        now,
        id,
      );
      return changed > 0;
    }, true);
  }

  unfinished(node: string): number[] {
    return this.#rows<{ id: number }>(`select id from transfer where node = ? and state in ${UNFINISHED}`, node).map(
      ({ id }) => id,
    );
  }

  /** What an earlier owner left under way waits again: commitment is asked anew, it only asks. */
  recover(): void {
    this.#run(`update transfer set state = 'waiting', next_attempt = 0 where state in ('running', 'committing')`);
  }

  /** Forgets what ended before `before`. Returns how many. */
  prune(before: number): number {
    return this.#database.transaction(() => {
      this.#run('delete from routed where at < ?', before);
      return this.#run(`delete from transfer where state in ('done', 'failed', 'cancelled') and finished < ?`, before);
    });
  }
}

const valuesOf = (object: QueuedObject): SQLInputValue[] => [
  object.patientKey,
  object.seriesInstanceUid,
  object.sopInstanceUid,
  object.sopClassUid,
  object.variant,
  object.identity,
  object.modality,
  object.label,
  object.bytes,
];
