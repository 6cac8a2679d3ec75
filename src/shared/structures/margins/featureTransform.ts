/**
 * Exact Euclidean feature transform: for each voxel the index of the nearest site (−1 without sites), in linear time by lower
 * envelopes of parabolas along each axis (Felzenszwalb and Huttenlocher, Theory of Computing 8 (2012) 415).
 * @param sites non-zero marks a site, x fastest
 * @param spacing mm per axis
 * @param reach distances beyond this are left open: −1, or a site that need not be the nearest
 */
export function nearestSites(
  sites: Uint8Array,
  dims: readonly [number, number, number],
  spacing: readonly [number, number, number],
  reach = Infinity,
): Int32Array {
  const count = dims[0] * dims[1] * dims[2];
  const nearest = new Int32Array(count).fill(-1);
  const squared = new Float32Array(count).fill(Infinity);
  for (let p = 0; p < count; p++)
    if (sites[p]) {
      nearest[p] = p;
      squared[p] = 0;
    }
  const strides = [1, dims[0], dims[0] * dims[1]];
  for (let axis = 0; axis < 3; axis++) {
    if (dims[axis] === 1) continue;
    const [second, third] = [0, 1, 2].filter((other) => other !== axis);
    const line = lineTransform(nearest, squared, dims[axis], strides[axis], spacing[axis], reach * reach);
    for (let b = 0; b < dims[third]; b++)
      for (let a = 0; a < dims[second]; a++) line(a * strides[second] + b * strides[third]);
  }
  return nearest;
}

/** The transform along one axis for the line that starts at a given voxel. */
function lineTransform(
  nearest: Int32Array,
  squared: Float32Array,
  length: number,
  stride: number,
  spacing: number,
  limit: number,
): (start: number) => void {
  const vertex = new Int32Array(length);
  const height = new Float64Array(length);
  const feature = new Int32Array(length);
  const from = new Float64Array(length + 1);
  const scale = spacing * spacing;
  return (start) => {
    let last = -1;
    for (let q = 0; q < length; q++) {
      const p = start + q * stride;
      const value = squared[p];
      // Distances only grow from axis to axis.
      if (value === Infinity || value > limit) continue;
      let cut = -Infinity;
      while (last >= 0) {
        const v = vertex[last];
        cut = ((value - height[last]) / scale + q * q - v * v) / (2 * (q - v));
        if (cut > from[last]) break;
        last--;
      }
      last++;
      vertex[last] = q;
      height[last] = value;
      feature[last] = nearest[p];
      from[last] = last === 0 ? -Infinity : cut;
    }
    if (last < 0) return;
    from[last + 1] = Infinity;
    for (let q = 0, k = 0; q < length; q++) {
      while (from[k + 1] < q) k++;
      const p = start + q * stride;
      const step = q - vertex[k];
      squared[p] = scale * step * step + height[k];
      nearest[p] = feature[k];
    }
  };
}
