import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '#main/transfers/clock.ts';

/** Lets everything that waits for nothing but its turn happen. */
export async function settle(): Promise<void> {
  for (let round = 0; round < 20; round++) await turn();
}

/** A clock whose hands the test turns. */
export class FakeClock implements Clock {
  #now = Date.UTC(2026, 0, 1);
  readonly #timers = new Set<{ readonly at: number; readonly work: () => void }>();

  now(): number {
    return this.#now;
  }

  after(ms: number, work: () => void): () => void {
    const timer = { at: this.#now + Math.max(ms, 0), work };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Is later by `ms` at once, as after sleep: what was to happen meanwhile happens now, once. */
  async leap(ms: number): Promise<void> {
    this.#now += ms;
    await this.advance(0);
  }

  /** Goes on by `ms`, stopping wherever something was to happen. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const next = [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.work();
      await settle();
    }
    this.#now = end;
  }
}
