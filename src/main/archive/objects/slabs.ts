/** Bytes of an object that are gathered in memory before a file is touched. */
export const SLAB = 1 << 20;
/** Kept for reuse; a burst of more associations makes more and lets go of them. */
const SPARE = 8;

const spare: Buffer[] = [];

/** Buffers of fixed size that go round, because making and collecting half a megabyte for each slice costs more than filling it. */
export const takeSlab = (): Buffer => spare.pop() ?? Buffer.allocUnsafeSlow(SLAB);

/** To be called once nothing reads the slab any more. */
export function giveSlab(slab: Buffer): void {
  if (spare.length < SPARE) spare.push(slab);
}
