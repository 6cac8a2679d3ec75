import { setFlagsFromString } from 'node:v8';

let isDone = false;

/**
 * Lets V8's heap grow to 2.5 times what lives in it before it is collected whole. Node makes a buffer of 64 KiB for each
 * read from a socket; left alone, V8 answers that stream with a full collection every ten to twenty megabytes. Measured
 * with `isocenter serve` while 800 slices arrive: 9 full collections instead of 17, less processor time and less resident
 * memory. The factor is read at each collection, so it may be set while the process runs.
 */
export function letHeapGrow(): void {
  if (isDone) return;
  isDone = true;
  setFlagsFromString('--heap-growing-percent=150');
}
