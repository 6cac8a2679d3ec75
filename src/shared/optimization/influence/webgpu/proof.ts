import { GpuFailure, gpuFailureOf } from '../../../gpu/device.ts';
import type { DoseOperator } from '../doseOperator.ts';

/** Of the maximum: what a GPU's products may differ by from the CPU's. */
const TOLERANCE = 1e-5;

type Products = Pick<DoseOperator, 'times' | 'transposeTimes'>;

/** How long both products took, in the clock's unit. */
export interface Durations {
  readonly gpu: number;
  readonly cpu: number;
}

/**
 * Compares both products with the CPU's, on uneven weights and doses of the very problem: drivers and shader compilers have errors, and a dose is
 * trusted by nobody who has not seen it right. On the way it sees which of the two is faster.
 * @throws GpuFailure when they differ by more than 10⁻⁵ of the maximum or `products` throw; what `cpu` throws.
 */
export async function proveProducts(products: Products, cpu: Products & Size, now: () => number): Promise<Durations> {
  const [x, y] = [uneven(cpu.columns), uneven(cpu.rows)];
  const results = [
    await compared(
      cpu.rows,
      now,
      (out) => products.times(x, out),
      (out) => cpu.times(x, out),
    ),
    await compared(
      cpu.columns,
      now,
      (out) => products.transposeTimes(y, out),
      (out) => cpu.transposeTimes(y, out),
    ),
  ];
  // Not > but not <=: a product that is no number must not pass.
  const worst = results.find(({ deviation }) => !(deviation <= TOLERANCE));
  if (worst !== undefined)
    throw new GpuFailure(`it computes wrong doses: ${worst.deviation.toExponential(1)} of the maximum off`);
  const [{ gpu, cpu: own }, transposed] = results;
  return { gpu: gpu + transposed.gpu, cpu: own + transposed.cpu };
}

type Size = Pick<DoseOperator, 'rows' | 'columns'>;

/** Numbers between 0 and 1, each different from its neighbours. */
const uneven = (length: number): Float64Array => Float64Array.from({ length }, (_, n) => (n * Math.SQRT2) % 1);

type Fill = (out: Float64Array) => void | Promise<void>;

/** What either took, and by how much of the largest expected number they differ; 0 where all are 0 on both sides. */
async function compared(
  length: number,
  now: () => number,
  found: Fill,
  expected: Fill,
): Promise<Durations & { readonly deviation: number }> {
  const [ours, theirs] = [new Float64Array(length), new Float64Array(length)];
  const begun = now();
  try {
    await found(ours);
  } catch (error) {
    throw gpuFailureOf(error);
  }
  const between = now();
  await expected(theirs);
  const durations = { gpu: between - begun, cpu: now() - between };
  let [most, largest] = [0, 0];
  for (let n = 0; n < length; n++) {
    most = Math.max(most, Math.abs(ours[n] - theirs[n]));
    largest = Math.max(largest, Math.abs(theirs[n]));
  }
  return { ...durations, deviation: most === 0 ? 0 : most / largest };
}
