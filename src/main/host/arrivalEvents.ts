import type { Archive, ArchiveEvents, Arrival, StoredEvent } from '#main/archive/types.ts';

const PAGE = 500;
const POLL_MS = 2_000;

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
    if ((await archive.lastPosition()) < position) position = await archive.lastPosition();
    for (;;) {
      const page = await archive.arrivals(position, PAGE);
      for (const arrival of page) {
        const key = keyOf(arrival.patientKey, arrival.sopInstanceUid, arrival.variant);
        if (!told.delete(key)) tell(asEvent(arrival));
        position = arrival.position;
      }
      if (page.length < PAGE) return;
    }
  };
  let last: Promise<void> = Promise.resolve();
  const look = (): Promise<void> => {
    last = last.then(walk).catch(onError);
    return last;
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
      await last;
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
