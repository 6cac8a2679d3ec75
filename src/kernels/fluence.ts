// AssemblyScript. Fluence planes to dose and back, one voxel at a time with four Gaussians side by side: see
// pencilBeam/fluence/contract.ts for the meaning and pencilBeam/fluence/simd/simdKernel.ts for the memory.

/** Bytes of a voxel: x, y (f32), row (u32), nothing, four narrow weights, four wide ones. */
const ENTRY: usize = 48;

/** What `locate` finds: the first node's address, shares of the second column and row. */
let node: usize = 0;
let across: f32 = 0;
let down: f32 = 0;

/** The nodes around a place, false off the plane. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function locate(x: f32, y: f32, values: usize, fromX: f32, fromY: f32, perMm: f32, width: i32, height: i32): bool {
  const u = (x - fromX) * perMm;
  const v = (y - fromY) * perMm;
  if (!(u >= 0 && v >= 0 && u < <f32>(width - 1) && v < <f32>(height - 1))) return false;
  const i = <i32>u;
  const j = <i32>v;
  across = u - <f32>i;
  down = v - <f32>j;
  node = values + ((<usize>(i + width * j)) << 4);
  return true;
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function read(width: i32): v128 {
  const below = node + (<usize>width << 4);
  const s = f32x4.splat(across);
  const a = v128.load(node);
  const b = v128.load(below);
  const first = f32x4.add(a, f32x4.mul(s, f32x4.sub(v128.load(node + 16), a)));
  const second = f32x4.add(b, f32x4.mul(s, f32x4.sub(v128.load(below + 16), b)));
  return f32x4.add(first, f32x4.mul(f32x4.splat(down), f32x4.sub(second, first)));
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function add(width: i32, values: v128): void {
  const below = node + (<usize>width << 4);
  const second = f32x4.mul(f32x4.splat(down), values);
  const first = f32x4.sub(values, second);
  const b = f32x4.mul(f32x4.splat(across), first);
  const d = f32x4.mul(f32x4.splat(across), second);
  v128.store(node, f32x4.add(v128.load(node), f32x4.sub(first, b)));
  v128.store(node + 16, f32x4.add(v128.load(node + 16), b));
  v128.store(below, f32x4.add(v128.load(below), f32x4.sub(second, d)));
  v128.store(below + 16, f32x4.add(v128.load(below + 16), d));
}

export function gather(
  entries: usize, count: i32, doses: usize,
  narrow: usize, narrowX: f32, narrowY: f32, narrowPerMm: f32, narrowWidth: i32, narrowHeight: i32,
  wide: usize, wideX: f32, wideY: f32, widePerMm: f32, wideWidth: i32, wideHeight: i32,
): void {
  let at = entries;
  for (let n = 0; n < count; n++, at += ENTRY) {
    const x = load<f32>(at);
    const y = load<f32>(at, 4);
    let sum = f32x4.splat(0);
    if (locate(x, y, wide, wideX, wideY, widePerMm, wideWidth, wideHeight))
      sum = f32x4.mul(v128.load(at + 32), read(wideWidth));
    if (locate(x, y, narrow, narrowX, narrowY, narrowPerMm, narrowWidth, narrowHeight))
      sum = f32x4.add(sum, f32x4.mul(v128.load(at + 16), read(narrowWidth)));
    const pairs = f32x4.add(sum, v128.shuffle<f32>(sum, sum, 2, 3, 0, 1));
    const dose = doses + (<usize>load<u32>(at, 8) << 2);
    store<f32>(dose, load<f32>(dose) + f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1));
  }
}

export function scatter(
  entries: usize, count: i32, doses: usize,
  narrow: usize, narrowX: f32, narrowY: f32, narrowPerMm: f32, narrowWidth: i32, narrowHeight: i32,
  wide: usize, wideX: f32, wideY: f32, widePerMm: f32, wideWidth: i32, wideHeight: i32,
): void {
  let at = entries;
  for (let n = 0; n < count; n++, at += ENTRY) {
    const y0 = load<f32>(doses + (<usize>load<u32>(at, 8) << 2));
    if (y0 == 0) continue;
    const x = load<f32>(at);
    const y = load<f32>(at, 4);
    const dose = f32x4.splat(y0);
    if (locate(x, y, wide, wideX, wideY, widePerMm, wideWidth, wideHeight))
      add(wideWidth, f32x4.mul(v128.load(at + 32), dose));
    if (locate(x, y, narrow, narrowX, narrowY, narrowPerMm, narrowWidth, narrowHeight))
      add(narrowWidth, f32x4.mul(v128.load(at + 16), dose));
  }
}

/** First node of a bixel's reach, and the one after its last. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function first(at: i32, reach: i32): i32 {
  return max(0, at - reach);
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function end(at: i32, reach: i32, size: i32): i32 {
  return min(size, at + reach + 1);
}

/** values[j][i] = Σ over rows of the lattice, columns: profileY · profileX · fluence. `between`: a line of nodes for each row. */
export function spread(
  fluence: usize, columns: i32, rows: i32, between: usize, values: usize, width: i32, height: i32,
  profileX: usize, nodesX: i32, middleX: i32, reachX: i32, profileY: usize, nodesY: i32, middleY: i32, reachY: i32,
): void {
  const line = <usize>width << 4;
  memory.fill(between, 0, line * <usize>rows);
  memory.fill(values, 0, line * <usize>height);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const weight = load<f32>(fluence + ((<usize>(column + columns * row)) << 2));
      if (weight == 0) continue;
      const at = middleX + nodesX * column;
      const from = first(at, reachX);
      const to = end(at, reachX, width);
      const w = f32x4.splat(weight);
      let p = profileX + ((<usize>(from + reachX - at)) << 4);
      let b = between + line * <usize>row + (<usize>from << 4);
      for (let i = from; i < to; i++, p += 16, b += 16) v128.store(b, f32x4.add(v128.load(b), f32x4.mul(w, v128.load(p))));
    }
  // Strips of four nodes, which stay in the innermost cache for all lines.
  for (let i = 0; i < width; i += 4) {
    const left = <usize>i << 4;
    const whole = i + 4 <= width;
    for (let j = 0; j < height; j++) {
      let a = f32x4.splat(0);
      let b = a;
      let c = a;
      let d = a;
      const low = max(0, (j - reachY - middleY + nodesY - 1) / nodesY);
      const high = min(rows - 1, j + reachY < middleY ? -1 : (j + reachY - middleY) / nodesY);
      for (let row = low; row <= high; row++) {
        const p = v128.load(profileY + ((<usize>(j + reachY - middleY - nodesY * row)) << 4));
        const at = between + line * <usize>row + left;
        a = f32x4.add(a, f32x4.mul(p, v128.load(at)));
        if (whole) {
          b = f32x4.add(b, f32x4.mul(p, v128.load(at, 16)));
          c = f32x4.add(c, f32x4.mul(p, v128.load(at, 32)));
          d = f32x4.add(d, f32x4.mul(p, v128.load(at, 48)));
        } else {
          if (i + 1 < width) b = f32x4.add(b, f32x4.mul(p, v128.load(at, 16)));
          if (i + 2 < width) c = f32x4.add(c, f32x4.mul(p, v128.load(at, 32)));
        }
      }
      const to = values + line * <usize>j + left;
      v128.store(to, a);
      if (i + 1 < width) v128.store(to, b, 16);
      if (i + 2 < width) v128.store(to, c, 32);
      if (whole) v128.store(to, d, 48);
    }
  }
}

/** fluence[row][column] += Σ over nodes: profileY · profileX · values: the transpose of `spread`. */
export function collect(
  fluence: usize, columns: i32, rows: i32, between: usize, values: usize, width: i32, height: i32,
  profileX: usize, nodesX: i32, middleX: i32, reachX: i32, profileY: usize, nodesY: i32, middleY: i32, reachY: i32,
): void {
  const line = <usize>width << 4;
  for (let i = 0; i < width; i += 4) {
    const left = <usize>i << 4;
    const whole = i + 4 <= width;
    for (let row = 0; row < rows; row++) {
      let a = f32x4.splat(0);
      let b = a;
      let c = a;
      let d = a;
      const at = middleY + nodesY * row;
      const from = first(at, reachY);
      const to = end(at, reachY, height);
      let p = profileY + ((<usize>(from + reachY - at)) << 4);
      let v = values + line * <usize>from + left;
      for (let j = from; j < to; j++, p += 16, v += line) {
        const q = v128.load(p);
        a = f32x4.add(a, f32x4.mul(q, v128.load(v)));
        if (whole) {
          b = f32x4.add(b, f32x4.mul(q, v128.load(v, 16)));
          c = f32x4.add(c, f32x4.mul(q, v128.load(v, 32)));
          d = f32x4.add(d, f32x4.mul(q, v128.load(v, 48)));
        } else {
          if (i + 1 < width) b = f32x4.add(b, f32x4.mul(q, v128.load(v, 16)));
          if (i + 2 < width) c = f32x4.add(c, f32x4.mul(q, v128.load(v, 32)));
        }
      }
      const out = between + line * <usize>row + left;
      v128.store(out, a);
      if (i + 1 < width) v128.store(out, b, 16);
      if (i + 2 < width) v128.store(out, c, 32);
      if (whole) v128.store(out, d, 48);
    }
  }
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const at = middleX + nodesX * column;
      const from = first(at, reachX);
      const to = end(at, reachX, width);
      let sum = f32x4.splat(0);
      let p = profileX + ((<usize>(from + reachX - at)) << 4);
      let b = between + line * <usize>row + (<usize>from << 4);
      for (let i = from; i < to; i++, p += 16, b += 16) sum = f32x4.add(sum, f32x4.mul(v128.load(p), v128.load(b)));
      const pairs = f32x4.add(sum, v128.shuffle<f32>(sum, sum, 2, 3, 0, 1));
      const place = fluence + ((<usize>(column + columns * row)) << 2);
      store<f32>(place, load<f32>(place) + f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1));
    }
}
