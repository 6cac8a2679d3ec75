// AssemblyScript. Fluence planes to dose and back, one voxel at a time with four Gaussians side by side: see
// pencilBeam/fluence/contract.ts for the meaning and pencilBeam/fluence/simd/simdKernel.ts for the memory.

/** Bytes of a voxel: x, y (f32), row (u32), nothing, four narrow weights, four wide ones. */
const ENTRY: usize = 48;

// A plane's nodes lie in strips of four side by side, line by line in each, the last one filled up: what a voxel reads is near together, and a strip
// stays in the innermost cache. Of a strip only those lines are made that any voxel reads.

/** What `locate` finds: addresses of the first node and of that beside it, shares of the second column and row. */
let node: usize = 0;
let beside: usize = 0;
let across: f32 = 0;
let down: f32 = 0;
/** Bytes from a node to that below it. */
const BELOW: usize = 64;

// @ts-ignore: decorators are AssemblyScript's
@inline
function addressOf(values: usize, i: i32, j: i32, height: i32): usize {
  return values + (<usize>((i >> 2) * height + j) << 6) + (<usize>(i & 3) << 4);
}

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
  node = addressOf(values, i, j, height);
  beside = addressOf(values, i + 1, j, height);
  return true;
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function read(): v128 {
  const s = f32x4.splat(across);
  const a = v128.load(node);
  const b = v128.load(node, BELOW);
  const first = f32x4.add(a, f32x4.mul(s, f32x4.sub(v128.load(beside), a)));
  const second = f32x4.add(b, f32x4.mul(s, f32x4.sub(v128.load(beside, BELOW), b)));
  return f32x4.add(first, f32x4.mul(f32x4.splat(down), f32x4.sub(second, first)));
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function add(values: v128): void {
  const second = f32x4.mul(f32x4.splat(down), values);
  const first = f32x4.sub(values, second);
  const b = f32x4.mul(f32x4.splat(across), first);
  const d = f32x4.mul(f32x4.splat(across), second);
  v128.store(node, f32x4.add(v128.load(node), f32x4.sub(first, b)));
  v128.store(beside, f32x4.add(v128.load(beside), b));
  v128.store(node, f32x4.add(v128.load(node, BELOW), f32x4.sub(second, d)), BELOW);
  v128.store(beside, f32x4.add(v128.load(beside, BELOW), d), BELOW);
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
      sum = f32x4.mul(v128.load(at + 32), read());
    if (locate(x, y, narrow, narrowX, narrowY, narrowPerMm, narrowWidth, narrowHeight))
      sum = f32x4.add(sum, f32x4.mul(v128.load(at + 16), read()));
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
      add(f32x4.mul(v128.load(at + 32), dose));
    if (locate(x, y, narrow, narrowX, narrowY, narrowPerMm, narrowWidth, narrowHeight))
      add(f32x4.mul(v128.load(at + 16), dose));
  }
}

/**
 * Lists what voxels read of a plane: for each strip the number of lines that any reads in it, then the lines, rising, with room for all (u16). `lists`
 * comes as zeros.
 */
export function list(
  entries: usize, count: i32, lists: usize, fromX: f32, fromY: f32, perMm: f32, width: i32, height: i32,
): void {
  let at = entries;
  for (let n = 0; n < count; n++, at += ENTRY) {
    if (!locate(load<f32>(at), load<f32>(at, 4), 0, fromX, fromY, perMm, width, height)) continue;
    for (let end = 0; end < 2; end++) {
      const block = <i32>((end == 0 ? node : beside) >> 6);
      const line = linesOf(lists, block / height, height) + (<usize>(block % height) << 1);
      store<u16>(line, 1, 2);
      store<u16>(line, 1, 4);
    }
  }
  for (let strip = 0; strip < (width + 3) >> 2; strip++) {
    const lines = linesOf(lists, strip, height);
    let read = 0;
    for (let j = 0; j < height; j++) {
      if (load<u16>(lines + (<usize>j << 1), 2) == 0) continue;
      store<u16>(lines + (<usize>read << 1), <u16>j, 2);
      read++;
    }
    store<u16>(lines, <u16>read);
  }
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function linesOf(lists: usize, strip: i32, height: i32): usize {
  return lists + (<usize>(strip * (height + 1)) << 1);
}

/** Makes 0 of the nodes that are read. */
export function clear(values: usize, lists: usize, width: i32, height: i32): void {
  const nothing = f32x4.splat(0);
  for (let strip = 0; strip < (width + 3) >> 2; strip++) {
    const lines = linesOf(lists, strip, height);
    const count = <i32>load<u16>(lines);
    for (let n = 0; n < count; n++) {
      const to = addressOf(values, strip << 2, <i32>load<u16>(lines + (<usize>n << 1), 2), height);
      v128.store(to, nothing);
      v128.store(to, nothing, 16);
      v128.store(to, nothing, 32);
      v128.store(to, nothing, 48);
    }
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

/** values[j][i] = Σ over rows of the lattice, columns: profileY · profileX · fluence, where it is read. `between`: a line of nodes for each row. */
export function spread(
  fluence: usize, columns: i32, rows: i32, between: usize, values: usize, lists: usize, width: i32, height: i32,
  profileX: usize, nodesX: i32, middleX: i32, reachX: i32, profileY: usize, nodesY: i32, middleY: i32, reachY: i32,
): void {
  const line = <usize>((width + 3) >> 2) << 6;
  memory.fill(between, 0, line * <usize>rows);
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
  for (let strip = 0; strip < (width + 3) >> 2; strip++) {
    const lines = linesOf(lists, strip, height);
    const count = <i32>load<u16>(lines);
    let low = 0;
    let high = 0;
    for (let n = 0; n < count; n++) {
      const j = <i32>load<u16>(lines + (<usize>n << 1), 2);
      while (low < rows && middleY + nodesY * low + reachY < j) low++;
      while (high < rows && middleY + nodesY * high - reachY <= j) high++;
      let a = f32x4.splat(0);
      let b = a;
      let c = a;
      let d = a;
      for (let row = low; row < high; row++) {
        const p = v128.load(profileY + ((<usize>(j + reachY - middleY - nodesY * row)) << 4));
        const at = between + line * <usize>row + (<usize>strip << 6);
        a = f32x4.add(a, f32x4.mul(p, v128.load(at)));
        b = f32x4.add(b, f32x4.mul(p, v128.load(at, 16)));
        c = f32x4.add(c, f32x4.mul(p, v128.load(at, 32)));
        d = f32x4.add(d, f32x4.mul(p, v128.load(at, 48)));
      }
      const to = addressOf(values, strip << 2, j, height);
      v128.store(to, a);
      v128.store(to, b, 16);
      v128.store(to, c, 32);
      v128.store(to, d, 48);
    }
  }
}

/** fluence[row][column] += Σ over the nodes that are read: profileY · profileX · values: the transpose of `spread`. */
export function collect(
  fluence: usize, columns: i32, rows: i32, between: usize, values: usize, lists: usize, width: i32, height: i32,
  profileX: usize, nodesX: i32, middleX: i32, reachX: i32, profileY: usize, nodesY: i32, middleY: i32, reachY: i32,
): void {
  const line = <usize>((width + 3) >> 2) << 6;
  for (let strip = 0; strip < (width + 3) >> 2; strip++) {
    const lines = linesOf(lists, strip, height);
    const last = lines + (<usize>load<u16>(lines) << 1);
    const nodes = addressOf(values, strip << 2, 0, height);
    let begin = lines + 2;
    let after = begin;
    for (let row = 0; row < rows; row++) {
      let a = f32x4.splat(0);
      let b = a;
      let c = a;
      let d = a;
      const at = middleY + nodesY * row;
      while (begin <= last && <i32>load<u16>(begin) < at - reachY) begin += 2;
      while (after <= last && <i32>load<u16>(after) <= at + reachY) after += 2;
      const profile = profileY + (<usize>(reachY - at) << 4);
      for (let n = begin; n < after; n += 2) {
        const j = <usize>load<u16>(n);
        const p = v128.load(profile + (j << 4));
        const v = nodes + (j << 6);
        a = f32x4.add(a, f32x4.mul(p, v128.load(v)));
        b = f32x4.add(b, f32x4.mul(p, v128.load(v, 16)));
        c = f32x4.add(c, f32x4.mul(p, v128.load(v, 32)));
        d = f32x4.add(d, f32x4.mul(p, v128.load(v, 48)));
      }
      const to = between + line * <usize>row + (<usize>strip << 6);
      v128.store(to, a);
      v128.store(to, b, 16);
      v128.store(to, c, 32);
      v128.store(to, d, 48);
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
