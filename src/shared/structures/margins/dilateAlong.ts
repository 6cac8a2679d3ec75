import type { Grid } from '../../geometry/volume.ts';

/** Semi-axes towards − and + of one axis, mm. */
export type Reach = readonly [number, number];

/**
 * A shape's sum with eight eighths of ellipsoids, layer by layer, as signed distances along one axis: for each pixel how far, along its
 * row (axis 0) or column (axis 1), it lies inside (positive) or outside the result; the lattice's size at most. Ends of the shape between
 * pixels along the axis are exact, other lines and layers stand for themselves.
 * @param field negative inside the shape; what lies beyond the lattice is as its border
 */
export function dilateAlong(
  axis: number,
  field: Float32Array,
  grid: Grid,
  reach: readonly Reach[],
): (layer: number) => Float32Array {
  const [nx, ny, nz] = grid.dims;
  const other = 1 - axis;
  const [length, lines] = axis === 0 ? [nx, ny] : [ny, nx];
  const strides = [1, nx];
  const step = grid.spacing[axis];
  const far = nx * grid.spacing[0] + ny * grid.spacing[1];
  const spans = Array.from({ length: nz * lines }, (_, n) =>
    spansOf(field, nx * ny * Math.floor(n / lines) + (n % lines) * strides[other], strides[axis], length, step),
  );
  return (layer) => {
    const result = new Float32Array(nx * ny);
    const layers = within(layer, nz, grid.spacing[2], reach[2]);
    for (let line = 0; line < lines; line++) {
      const grown: [number, number][] = [];
      for (const [from, across] of within(line, lines, grid.spacing[other], reach[other]))
        for (const [l, gauge] of layers) {
          const left = 1 - gauge * gauge - across * across;
          if (left < -1e-9) continue;
          const scale = Math.sqrt(Math.max(0, left));
          const found = spans[l * lines + from];
          for (let n = 0; n < found.length; n += 2)
            grown.push([found[n] - scale * reach[axis][0], found[n + 1] + scale * reach[axis][1]]);
        }
      const ends = merged(grown);
      for (let i = 0, n = 0; i < length; i++) {
        const at = i * step;
        while (n + 1 < ends.length && ends[n + 1] < at) n++;
        const [before, after] = [at - (ends[n] ?? Infinity), (ends[n + 1] ?? Infinity) - at];
        const isInside = n % 2 === 0 && before >= 0 && after >= 0;
        const nearest = Math.min(Math.abs(before), Math.abs(after), far);
        result[line * strides[other] + i * strides[axis]] = isInside ? nearest : -nearest;
      }
    }
    return result;
  };
}

/** The lines from which `index` can be reached, each with the displacement's gauge. */
function within(index: number, count: number, spacing: number, reach: Reach): [number, number][] {
  const found: [number, number][] = [];
  for (let from = 0; from < count; from++) {
    const gauge = gaugeOf((index - from) * spacing, reach);
    if (gauge <= 1) found.push([from, gauge]);
  }
  return found;
}

/** A displacement as a fraction of the reach in its direction. */
function gaugeOf(mm: number, [minus, plus]: Reach): number {
  if (mm === 0) return 0;
  const most = mm > 0 ? plus : minus;
  return most === 0 ? Infinity : Math.abs(mm) / most;
}

/** Starts and ends of the shape along one line, mm from its first pixel; infinite where the line's end is inside. */
function spansOf(field: Float32Array, start: number, stride: number, length: number, step: number): number[] {
  const spans: number[] = [];
  // A flat end exactly on a layer belongs to the shape, whatever the rounding.
  const at = (i: number): number => field[start + i * stride] - 1e-3;
  let before = at(0);
  if (before < 0) spans.push(-Infinity);
  for (let i = 1; i < length; i++) {
    const value = at(i);
    if (value < 0 !== before < 0) spans.push((i - 1 + before / (before - value)) * step);
    before = value;
  }
  if (before < 0) spans.push(Infinity);
  return spans;
}

function merged(spans: [number, number][]): number[] {
  const ends: number[] = [];
  for (const [from, to] of spans.sort((a, b) => a[0] - b[0])) {
    const last = ends.length - 1;
    if (last < 0 || from > ends[last]) ends.push(from, to);
    else if (to > ends[last]) ends[last] = to;
  }
  return ends;
}
