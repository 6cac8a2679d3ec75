/** One line of the benchmark table. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it is compared with in the same run, and this value divided by the peer's. */
  readonly peer?: string;
  readonly ratio?: number;
}

/** A benchmark measures when called and cleans up after itself. */
export type Benchmark = () => Promise<readonly Row[]>;
