/** Time as the queue sees it; tests turn its hands. */
export interface Clock {
  /** ms since 1970, UTC. */
  now(): number;
  /** Calls `work` once after `ms`; the returned function prevents it. */
  after(ms: number, work: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, work) {
    // A timer of Node holds 31 bits; whoever waits longer looks again then.
    const timer = setTimeout(work, Math.min(ms, 2 ** 31 - 1));
    return () => clearTimeout(timer);
  },
};
