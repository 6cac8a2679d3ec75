import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import type { Route, RouteAttribute } from '#shared/contract/rpc/routing.ts';
import type { Clock } from '../clock.ts';
import type { TransferDatabase } from '../store/database.ts';
import { type Cursor, RoutingStore } from '../store/routingStore.ts';
import type { NewTransfer, QueuedObject } from '../types.ts';
import { fitsAttributes, fitsFacts, FOUND_ON_DISK, type RoutedFacts } from './match.ts';

/** An object in the archive's index, as routing sees it. */
export interface RoutedObject extends QueuedObject, RoutedFacts {
  /** Of its row: grows with every object that is indexed. */
  readonly position: number;
  /** ISO 8601, UTC. */
  readonly received: string;
  readonly file: string;
  /** Name and ID of the patient, for people. */
  readonly patient: string;
}

export interface RouterServices {
  /** Rows after a position, in order, `limit` at most. */
  arrivals(after: number, limit: number): Promise<readonly RoutedObject[]>;
  /** The highest position there is, 0 for an empty archive. */
  lastPosition(): Promise<number>;
  routes(): readonly Route[];
  /** @throws NOT_FOUND */
  node(id: string): Promise<{ readonly id: string; readonly name: string; readonly aeTitle: string }>;
  attributes(object: RoutedObject): Promise<ReadonlyMap<RouteAttribute, string>>;
  enqueue(transfer: NewTransfer): unknown;
  log(level: 'info' | 'warning' | 'error', text: string): void;
}

const PAGE = 200;
const POLL_MS = 2_000;
/** A burst of objects is looked at together. */
const SETTLE_MS = 300;
/** Files are dated before they are indexed: so much earlier than the last one seen, one found on disk may still be new, ms. */
const TOLERANCE_MS = 60_000;

/** A rule that wants an object, with what its node is called. */
interface Wanted {
  readonly route: Route;
  readonly node: NewTransfer['node'];
  readonly object: RoutedObject;
}

/** Applies the rules to what arrives; README.md tells why nothing is missed and nothing is sent twice or in a circle. */
export class Router {
  readonly #services: RouterServices;
  readonly #store: RoutingStore;
  readonly #database: TransferDatabase;
  readonly #clock: Clock;
  #isOurs: () => boolean = () => false;
  #looking: Promise<void> = Promise.resolve();
  #isQueued = false;
  #closed = false;
  #stopPoll: () => void = () => undefined;
  #stopSettling: (() => void) | undefined;

  constructor(services: RouterServices, database: TransferDatabase, clock: Clock) {
    this.#services = services;
    this.#store = new RoutingStore(database);
    this.#database = database;
    this.#clock = clock;
  }

  /** A new archive is routed from now on: to be called before anything can arrive. */
  async prepare(): Promise<void> {
    if (this.#store.cursor() !== undefined) return;
    const now = new Date(this.#clock.now()).toISOString();
    const cursor: Cursor = { position: 0, received: now, identity: '' };
    this.#store.setCursor(cursor);
    await this.#skipTo(await this.#services.lastPosition(), cursor);
  }

  /**
   * Begins with what arrived since the last time.
   * @param isOurs whether this process is the one that works on the queue
   */
  start(isOurs: () => boolean): void {
    this.#isOurs = isOurs;
    const poll = (): void => {
      if (this.#closed) return;
      this.#stopPoll = this.#clock.after(POLL_MS, poll);
      void this.look();
    };
    poll();
  }

  /** Something was stored: it is looked at in a moment, with what follows it. */
  nudge(): void {
    if (this.#closed || this.#stopSettling !== undefined) return;
    this.#stopSettling = this.#clock.after(SETTLE_MS, () => {
      this.#stopSettling = undefined;
      void this.look();
    });
  }

  /** Looks at everything that has arrived; never two at a time. */
  look(): Promise<void> {
    if (this.#isQueued || this.#closed) return this.#looking;
    this.#isQueued = true;
    this.#looking = this.#looking.then(async () => {
      this.#isQueued = false;
      if (this.#closed || !this.#isOurs()) return;
      try {
        while (await this.#lookAtPage()) if (this.#closed) return;
        await this.#releaseQuiet();
      } catch (error) {
        this.#services.log('error', `routing: ${describeError(error)}`);
      }
    });
    return this.#looking;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopPoll();
    this.#stopSettling?.();
    await this.#looking;
  }

  /** True when there may be more. */
  async #lookAtPage(): Promise<boolean> {
    const cursor = await this.#cursor();
    if (!this.#services.routes().some(({ enabled }) => enabled)) {
      await this.#skipTo(await this.#services.lastPosition(), cursor);
      return false;
    }
    const page = await this.#services.arrivals(cursor.position, PAGE);
    const last = page.at(-1);
    if (last === undefined) return false;
    const isNew = ({ source, received }: RoutedObject): boolean =>
      source !== FOUND_ON_DISK || Date.parse(received) > Date.parse(cursor.received) - TOLERANCE_MS;
    const wanted: Wanted[] = [];
    for (const object of page) if (isNew(object)) wanted.push(...(await this.#wantedBy(object)));
    const received = page.reduce((latest, each) => (each.received > latest ? each.received : latest), cursor.received);
    this.#database.transaction(() => {
      this.#take(wanted);
      this.#store.setCursor({ position: last.position, received, identity: last.identity });
    }, wanted.length > 0);
    return page.length === PAGE;
  }

  /** Nobody wants what arrived so far. */
  async #skipTo(position: number, cursor: Cursor): Promise<void> {
    if (position === cursor.position) return;
    const [last] = await this.#services.arrivals(position - 1, 1);
    if (last === undefined) return;
    const received = last.received > cursor.received ? last.received : cursor.received;
    this.#store.setCursor({ position: last.position, received, identity: last.identity });
  }

  /** Where to go on; from the beginning when the index was made anew, which the row under the cursor tells. */
  async #cursor(): Promise<Cursor> {
    const cursor = this.#store.cursor() ?? { position: 0, received: '', identity: '' };
    if (cursor.position === 0) return cursor;
    const [under] = await this.#services.arrivals(cursor.position - 1, 1);
    const isSame = under?.position === cursor.position && under.identity === cursor.identity;
    return isSame ? cursor : { ...cursor, position: 0 };
  }

  async #wantedBy(object: RoutedObject): Promise<Wanted[]> {
    const wanted: Wanted[] = [];
    let attributes: ReadonlyMap<RouteAttribute, string> | undefined;
    for (const route of this.#services.routes()) {
      if (!fitsFacts(route, object)) continue;
      try {
        if (route.attributes.length > 0) {
          attributes ??= await this.#services.attributes(object);
          if (!fitsAttributes(route, attributes)) continue;
        }
        const { id, name, aeTitle } = await this.#nodeOf(route);
        if (aeTitle === object.source) continue;
        if (object.variant > 0) {
          const text = `${object.sopInstanceUid} came with other bytes than before and is not sent on by "${route.name}"`;
          this.#services.log('warning', text);
          continue;
        }
        wanted.push({ route, node: { id, name }, object });
      } catch (error) {
        const text = `rule "${route.name}" cannot judge ${object.sopInstanceUid}, which is not sent on: ${describeError(error)}`;
        this.#services.log('error', text);
      }
    }
    return wanted;
  }

  /** A node that is gone still gets its transfer, which then fails where people see it. */
  async #nodeOf({ node }: Route): Promise<{ id: string; name: string; aeTitle: string }> {
    try {
      const { id, name, aeTitle } = await this.#services.node(node);
      return { id, name, aeTitle };
    } catch (error) {
      if (error instanceof IsocenterError && error.code === 'NOT_FOUND')
        return { id: node, name: '(removed node)', aeTitle: '' };
      throw error;
    }
  }

  /** Within a transaction: holds or queues what the rules want, series by series. */
  #take(wanted: readonly Wanted[]): void {
    const now = this.#clock.now();
    const series = new Map<string, Wanted[]>();
    for (const each of wanted) {
      const { route, object } = each;
      if (!this.#store.claim(route.id, object, now)) continue;
      if (route.quietSeconds > 0) this.#store.hold(route.id, object.patient, queued(object), now);
      else {
        const key = JSON.stringify([route.id, object.patientKey, object.seriesInstanceUid]);
        series.set(key, [...(series.get(key) ?? []), each]);
      }
    }
    for (const group of series.values()) {
      const [{ route, node, object }] = group;
      this.#enqueue(
        route,
        node,
        object.patient,
        group.map((each) => queued(each.object)),
      );
    }
  }

  #enqueue(route: Route, node: NewTransfer['node'], patient: string, objects: readonly QueuedObject[]): void {
    const rule = { id: route.id, name: route.name, seriesInstanceUid: objects[0].seriesInstanceUid };
    this.#services.enqueue({ node, why: 'route', rule, priority: route.priority, patient, objects });
  }

  async #releaseQuiet(): Promise<void> {
    for (const series of this.#store.held()) {
      const route = this.#services.routes().find(({ id, enabled }) => id === series.rule && enabled);
      if (route !== undefined && this.#clock.now() - series.last < route.quietSeconds * 1000) continue;
      const node = route === undefined ? undefined : await this.#nodeOf(route);
      this.#database.transaction(() => {
        const objects = this.#store.release(series);
        if (route !== undefined && node !== undefined)
          this.#enqueue(route, { id: node.id, name: node.name }, series.patient, objects);
        else
          this.#services.log(
            'warning',
            `${objects.length} objects of ${series.patient} are not sent on: their rule was removed or switched off while they waited`,
          );
      }, true);
    }
  }
}

const queued = (object: RoutedObject): QueuedObject => ({
  patientKey: object.patientKey,
  seriesInstanceUid: object.seriesInstanceUid,
  sopInstanceUid: object.sopInstanceUid,
  sopClassUid: object.sopClassUid,
  variant: object.variant,
  identity: object.identity,
  modality: object.modality,
  label: object.label,
  bytes: object.bytes,
});
