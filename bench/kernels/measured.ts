/** What some work took. */
export interface Measured {
  /** Seconds on the clock, and of the processor over all threads. */
  readonly wall: number;
  readonly cpu: number;
  /** The most memory that the process held above what it held before, MB. */
  readonly memory: number;
}

/** Time and memory of some work. */
export async function measured(work: () => Promise<unknown>): Promise<Measured> {
  const before = process.memoryUsage.rss();
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 10);
  const begun = performance.now();
  const cpu = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  const wall = (performance.now() - begun) / 1000;
  clearInterval(watch);
  return { wall, cpu: (user + system) / 1e6, memory: (most - before) / 2 ** 20 };
}

/** The value below which a share of the numbers lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}
