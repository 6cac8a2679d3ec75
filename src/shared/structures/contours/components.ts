/**
 * The connected parts (6 neighbours) of a mask that have at least `fraction` of the largest part's voxels, as a mask;
 * undefined when the mask is empty.
 */
export function largeComponents(
  mask: Uint8Array,
  dims: readonly [number, number, number],
  fraction: number,
): Uint8Array | undefined {
  const [nx, ny] = dims;
  const label = new Int32Array(mask.length);
  const sizes: number[] = [0];
  const queue = new Int32Array(mask.length);
  let [head, tail] = [0, 0];
  const visit = (p: number): void => {
    if (!mask[p] || label[p]) return;
    label[p] = sizes.length;
    queue[tail++] = p;
  };
  for (let seed = 0; seed < mask.length; seed++) {
    if (!mask[seed] || label[seed]) continue;
    head = 0;
    tail = 0;
    visit(seed);
    while (head < tail) {
      const p = queue[head++];
      const i = p % nx;
      const j = Math.floor(p / nx) % ny;
      if (i > 0) visit(p - 1);
      if (i + 1 < nx) visit(p + 1);
      if (j > 0) visit(p - nx);
      if (j + 1 < ny) visit(p + nx);
      if (p >= nx * ny) visit(p - nx * ny);
      if (p + nx * ny < mask.length) visit(p + nx * ny);
    }
    sizes.push(tail);
  }
  const largest = sizes.reduce((best, size) => Math.max(best, size), 0);
  if (largest === 0) return undefined;
  const kept = new Uint8Array(mask.length);
  for (let p = 0; p < label.length; p++) if (label[p] > 0 && sizes[label[p]] >= fraction * largest) kept[p] = 1;
  return kept;
}
