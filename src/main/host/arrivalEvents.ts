import { setTimeout as sleep } from 'node:timers/promises';
import type { Archive, ArchiveEvents, Arrival, StoredEvent } from '#main/archive/types.ts';

const PAGE = 500;
const POLL_MS = 2_000;
const SETTLE_MS = 100;

/** The archive's events and those of objects that other processes stored in it. */
export interface ArrivalEvents {
  readonly events: ArchiveEvents;
  /** Looks for what others have stored; done every 2 s anyway. */
  look(): Promise<void>;
  close(): Promise<void>;
}

const keyOf = (patientKey: string, sopInstanceUid: string, variant: number): string =>
  `${patientKey} ${sopInstanceUid} ${variant}`;

/**
 * An archive tells only of what its own process stores. This walks along the order of indexing and tells of the rest too, within
 * 2 s, each object once. An index that was made anew is taken as it is: nothing in it has just arrived.
 */
export async function followArrivals(
  archive: Pick<Archive, 'events' | 'arrivals' | 'lastPosition'>,
  onError: (error: unknown) => void,
): Promise<ArrivalEvents> {
  const listeners = new Set<(event: StoredEvent) => void>();
  const tell = (event: StoredEvent): void => {
    for (const listener of listeners) listener(event);
  };
  /** Told already, and not yet met on the walk. */
  const told = new Set<string>();
  const stop = archive.events.subscribe((event) => {
    const { patientKey, sopInstanceUid, variant } = event.result;
    told.add(keyOf(patientKey, sopInstanceUid, variant));
    tell(event);
  });
  let position = await archive.lastPosition();
  const walk = async (): Promise<void> => {
    const last = await archive.lastPosition();
    if (last < position) {
      position = last;
      told.clear();
    }
    for (;;) {
      const page = await archive.arrivals(position, PAGE);
      // What our own process stored may be seen here a moment before it is told.
      if (page.length > 0) await sleep(SETTLE_MS);
      for (const arrival of page) {
        const key = keyOf(arrival.patientKey, arrival.sopInstanceUid, arrival.variant);
        if (!told.delete(key)) tell(asEvent(arrival));
        position = arrival.position;
      }
      if (page.length < PAGE) return;
    }
  };
  let walking: Promise<void> = Promise.resolve();
  const look = (): Promise<void> => {
    walking = walking.then(walk).catch(onError);
    return walking;
  };
  const timer = setInterval(() => void look(), POLL_MS);
  timer.unref();
  return {
    events: {
      subscribe(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    look,
    async close() {
      clearInterval(timer);
      stop();
      await walking;
    },
  };
}

const asEvent = ({ source, ...arrival }: Arrival): StoredEvent => ({
  source,
  result: {
    outcome: arrival.variant > 0 ? 'conflict' : 'stored',
    sopClassUid: arrival.sopClassUid,
    sopInstanceUid: arrival.sopInstanceUid,
    studyInstanceUid: arrival.studyInstanceUid,
    seriesInstanceUid: arrival.seriesInstanceUid,
    patientKey: arrival.patientKey,
    variant: arrival.variant,
  },
});
