import type { ArchiveEvents, StoredEvent } from './types.ts';

export interface EventHub extends ArchiveEvents {
  emit(event: StoredEvent): void;
}

export function createEvents(): EventHub {
  const listeners = new Set<(event: StoredEvent) => void>();
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    emit(event) {
      for (const listener of listeners) listener(event);
    },
  };
}
