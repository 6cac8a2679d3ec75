/**
 * The connected parts (6 neighbours) of a mask that have at least `fraction` of the largest part's voxels, as a mask;
 * undefined when the mask is empty.
 */
export function largeComponents(
  mask: Uint8Array,
  dims: readonly [number, number, number],
  fraction: number,
): Uint8Array | undefined {
  const [nx, ny, nz] = dims;
  const label = new Int32Array(mask.length);
  const sizes: number[] = [0];
  const queue = new Int32Array(mask.length);
  for (let seed = 0; seed < mask.length; seed++) {
    if (!mask[seed] || label[seed]) continue;
    const id = sizes.length;
    let [head, tail] = [0, 0];
    queue[tail++] = seed;
    label[seed] = id;
    while (head < tail) {
      const p = queue[head++];
      const i = p % nx;
      const j = Math.floor(p / nx) % ny;
      const k = Math.floor(p / (nx * ny));
      for (let side = 0; side < 6; side++) {
        const inside =
          side === 0
            ? i > 0
            : side === 1
              ? i + 1 < nx
              : side === 2
                ? j > 0
                : side === 3
                  ? j + 1 < ny
                  : side === 4
                    ? k > 0
                    : k + 1 < nz;
        if (!inside) continue;
        const q = p + [-1, 1, -nx, nx, -nx * ny, nx * ny][side];
        if (mask[q] && !label[q]) {
          label[q] = id;
          queue[tail++] = q;
        }
      }
    }
    sizes.push(tail);
  }
  const largest = sizes.reduce((best, size) => Math.max(best, size), 0);
  if (largest === 0) return undefined;
  return Uint8Array.from(label, (id) => (id > 0 && sizes[id] >= fraction * largest ? 1 : 0));
}
