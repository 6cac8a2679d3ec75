import { GpuFailure } from '../../../gpu/device.ts';
import type { DoseOperator } from '../doseOperator.ts';

/** Of the maximum: what a GPU's products may differ by from the CPU's. */
const TOLERANCE = 1e-5;

type Products = Pick<DoseOperator, 'times' | 'transposeTimes'>;

/**
 * Compares both products with the CPU's, on uneven weights and doses of the very problem: drivers and shader compilers have errors, and a dose is
 * trusted by nobody who has not seen it right.
 * @throws GpuFailure when they differ by more than 10⁻⁵ of the maximum.
 */
export async function proveProducts(products: Products, cpu: DoseOperator): Promise<void> {
  const [x, y] = [uneven(cpu.columns), uneven(cpu.rows)];
  const off = [
    await largestDeviation(
      cpu.rows,
      (out) => products.times(x, out),
      (out) => cpu.times(x, out),
    ),
    await largestDeviation(
      cpu.columns,
      (out) => products.transposeTimes(y, out),
      (out) => cpu.transposeTimes(y, out),
    ),
  ];
  // Not > but not <=: a product that is no number must not pass.
  const worst = off.find((deviation) => !(deviation <= TOLERANCE));
  if (worst !== undefined)
    throw new GpuFailure(`it computes wrong doses: ${worst.toExponential(1)} of the maximum off`);
}

/** Numbers between 0 and 1, each different from its neighbours. */
const uneven = (length: number): Float64Array => Float64Array.from({ length }, (_, n) => (n * Math.SQRT2) % 1);

type Fill = (out: Float64Array) => void | Promise<void>;

/** Of the largest expected number; 0 where all are 0 on both sides. */
async function largestDeviation(length: number, found: Fill, expected: Fill): Promise<number> {
  const [ours, theirs] = [new Float64Array(length), new Float64Array(length)];
  await found(ours);
  await expected(theirs);
  let [most, largest] = [0, 0];
  for (let n = 0; n < length; n++) {
    most = Math.max(most, Math.abs(ours[n] - theirs[n]));
    largest = Math.max(largest, Math.abs(theirs[n]));
  }
  return most === 0 ? 0 : most / largest;
}
