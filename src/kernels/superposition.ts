// AssemblyScript. One plane of one collapsed cone, four voxels of a row at a time: see kernels/contract.ts for the physics and
// kernels/simd/layout.ts for the memory. Rates are those of depositionKernel.ts; the conformance suite would see a difference.

/** Bytes of one cone table entry: six coefficients, padded to eight. */
const ENTRY_SHIFT: i32 = 5;
/** Entries of one depth node: ANGLE_STEPS + 1. */
const ANGLES: i32 = 257;
const NODE_BYTES: usize = 257 << 5;
/** The last depth node that has one after it. */
const LAST_NODE: i32 = 6;
/** 1 − exp(−y) by its series, in halves that need not wait for each other; exact to 3e-8 up to y = 0.2. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function series(y: v128): v128 {
  const square = f32x4.mul(y, y);
  const low = f32x4.sub(f32x4.splat(1), f32x4.mul(y, f32x4.splat(0.5)));
  const middle = f32x4.sub(f32x4.splat(1.0 / 6.0), f32x4.mul(y, f32x4.splat(1.0 / 24.0)));
  const high = f32x4.sub(f32x4.splat(1.0 / 120.0), f32x4.mul(y, f32x4.splat(1.0 / 720.0)));
  return f32x4.mul(y, f32x4.add(low, f32x4.mul(square, f32x4.add(middle, f32x4.mul(square, high)))));
}

/** 1 − exp(−2y) from q = 1 − exp(−y). */
// @ts-ignore: decorators are AssemblyScript's
@inline
function twice(q: v128): v128 {
  return f32x4.mul(q, f32x4.sub(f32x4.splat(2), q));
}

/** Zero instead of what would soon be a denormal number, on which processors take a hundred times longer. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function flushed(energy: v128): v128 {
  return v128.and(energy, f32x4.gt(f32x4.abs(energy), f32x4.splat(1e-28)));
}

/** The largest of four numbers. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function largest(values: v128): f32 {
  const pairs = f32x4.pmax(values, v128.shuffle<f32>(values, values, 2, 3, 0, 1));
  return f32x4.extract_lane(f32x4.pmax(pairs, v128.shuffle<f32>(pairs, pairs, 1, 0, 3, 2)), 0);
}

/** Four coefficients between two depth nodes. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function between(at: usize, share: v128): v128 {
  const low = v128.load(at);
  return f32x4.add(low, f32x4.mul(share, f32x4.sub(v128.load(at + NODE_BYTES), low)));
}

/** The last two coefficients of two entries, between two depth nodes. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function lastTwo(a: usize, b: usize, share: v128): v128 {
  const low = v128.shuffle<f32>(v128.load_zero<f64>(a + 16), v128.load_zero<f64>(b + 16), 0, 1, 4, 5);
  const high = v128.shuffle<f32>(
    v128.load_zero<f64>(a + 16 + NODE_BYTES),
    v128.load_zero<f64>(b + 16 + NODE_BYTES),
    0,
    1,
    4,
    5,
  );
  return f32x4.add(low, f32x4.mul(share, f32x4.sub(high, low)));
}

/** Closer than this to the edge between two angles single precision may take the other angle; its error is a tenth of it. */
const EDGE: f32 = 5e-4;

/** The angle's place in the table in double precision; `square`: of the distance across the row. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function angleOf(vx: f64, dx: f64, across: f64, square: f64): i32 {
  const cosine = (vx * dx + across) / sqrt<f64>(vx * vx + square);
  return <i32>(sqrt<f64>(max<f64>(0, (1 - cosine) / 2)) * 256 + 0.5);
}

/**
 * Where each voxel of a row that releases energy finds its coefficients, and its share of the next depth node, written to `places`
 * and `shares`; groups of minor voxels fill only the first. A pass of its own, for nothing in it waits for the voxel before.
 */
function look(
  columns: i32,
  terma: usize,
  hardening: usize,
  places: usize,
  shares: usize,
  table: usize,
  left: f64,
  width: f64,
  y: f64,
  depth: f64,
  dx: f64,
  dy: f64,
  dz: f64,
  minor: f32,
): void {
  const across = y * dy + depth * dz;
  const square = y * y + depth * depth;
  const lanes = f32x4(0, 1, 2, 3);
  for (let i = 0, at: usize = 0; i < columns; i += 4, at += 16) {
    const released = v128.load(terma + at);
    if (!v128.any_true(released)) continue;
    // sin(θ/2) is half the chord between the photon's direction and the cone's: no cancellation near the axis.
    if (v128.any_true(f32x4.gt(f32x4.abs(released), f32x4.splat(minor)))) {
      const column = f32x4.add(f32x4.splat(<f32>i), lanes);
      const vx = f32x4.add(f32x4.splat(<f32>left), f32x4.mul(f32x4.splat(<f32>width), column));
      const length = f32x4.sqrt(f32x4.add(f32x4.mul(vx, vx), f32x4.splat(<f32>square)));
      const inverse = f32x4.div(f32x4.splat(1), length);
      const ux = f32x4.sub(f32x4.mul(vx, inverse), f32x4.splat(<f32>dx));
      const uy = f32x4.sub(f32x4.mul(f32x4.splat(<f32>y), inverse), f32x4.splat(<f32>dy));
      const uz = f32x4.sub(f32x4.mul(f32x4.splat(<f32>depth), inverse), f32x4.splat(<f32>dz));
      const chord = f32x4.sqrt(f32x4.add(f32x4.add(f32x4.mul(ux, ux), f32x4.mul(uy, uy)), f32x4.mul(uz, uz)));
      const place = f32x4.add(f32x4.mul(chord, f32x4.splat(128)), f32x4.splat(0.5));
      let angle = i32x4.trunc_sat_f32x4_s(place);
      const beside = f32x4.abs(f32x4.sub(place, f32x4.nearest(place)));
      if (v128.any_true(f32x4.lt(beside, f32x4.splat(EDGE)))) {
        const first = left + width * <f64>i;
        angle = i32x4(
          angleOf(first, dx, across, square),
          angleOf(first + width, dx, across, square),
          angleOf(first + 2 * width, dx, across, square),
          angleOf(first + 3 * width, dx, across, square),
        );
      }
      const index = v128.load(hardening + at);
      const node = i32x4.min_s(i32x4.trunc_sat_f32x4_s(index), i32x4.splat(LAST_NODE));
      const entry = i32x4.shl(i32x4.add(i32x4.mul(node, i32x4.splat(ANGLES)), angle), ENTRY_SHIFT);
      v128.store(places + at, i32x4.add(i32x4.splat(<i32>table), entry));
      v128.store(shares + at, f32x4.sub(index, f32x4.convert_i32x4_s(node)));
    } else {
      const angle = angleOf(left + width * (<f64>i + 1.5), dx, across, square);
      const index = largest(v128.load(hardening + at));
      const whole = <i32>index;
      const node = select(LAST_NODE, whole, whole > LAST_NODE);
      store<usize>(places + at, table + (<usize>(node * ANGLES + angle) << ENTRY_SHIFT));
      store<f32>(shares + at, index - <f32>node);
    }
  }
}

/**
 * One row of voxels. `line`: the energy carried by the line in the first voxel, six rates `rate` bytes apart, updated in place;
 * `energy` gains the energy absorbed per volume. `flush`: energies too small to matter become zero.
 */
// @ts-ignore: decorators are AssemblyScript's
@inline
function pass(
  columns: i32,
  density: usize,
  terma: usize,
  energy: usize,
  line: usize,
  rate: usize,
  places: usize,
  shares: usize,
  step: f32,
  minor: f32,
  flush: bool,
): void {
  const perStep = f32x4.splat(1 / step);
  const r2 = 2 * rate;
  const r3 = 3 * rate;
  const r4 = 4 * rate;
  const r5 = 5 * rate;
  const end: usize = <usize>columns << 2;
  for (let at: usize = 0; at < end; at += 16, line += 16) {
    const x = f32x4.mul(v128.load(density + at), f32x4.splat(step));
    const released = v128.load(terma + at);
    let e0 = v128.load(line);
    let e1 = v128.load(line + rate);
    const inField = v128.any_true(released);
    if (!v128.any_true(x) || !(inField || v128.any_true(v128.or(e0, e1)))) continue;
    let e2 = v128.load(line + r2);
    let e3 = v128.load(line + r3);
    let e4 = v128.load(line + r4);
    let e5 = v128.load(line + r5);
    const exponent = f32x4.mul(x, f32x4.splat(0.05));
    let q0: v128;
    if (v128.any_true(f32x4.gt(exponent, f32x4.splat(0.2)))) {
      // Bone or metal in large voxels: a sixteenth of the way, doubled four times.
      q0 = twice(twice(twice(twice(series(f32x4.mul(exponent, f32x4.splat(0.0625)))))));
    } else q0 = series(exponent);
    const q1 = twice(q0);
    const q2 = twice(q1);
    const q3 = twice(twice(q2));
    const q4 = twice(q3);
    const three = f32x4.splat(3);
    const q5 = f32x4.mul(q4, f32x4.sub(three, f32x4.mul(q4, f32x4.sub(three, q4))));
    const l0 = f32x4.mul(e0, q0);
    const l1 = f32x4.mul(e1, q1);
    const l2 = f32x4.mul(e2, q2);
    const l3 = f32x4.mul(e3, q3);
    const l4 = f32x4.mul(e4, q4);
    const l5 = f32x4.mul(e5, q5);
    let absorbed = f32x4.add(f32x4.add(f32x4.add(l0, l1), f32x4.add(l2, l3)), f32x4.add(l4, l5));
    e0 = f32x4.sub(e0, l0);
    e1 = f32x4.sub(e1, l1);
    e2 = f32x4.sub(e2, l2);
    e3 = f32x4.sub(e3, l3);
    e4 = f32x4.sub(e4, l4);
    e5 = f32x4.sub(e5, l5);
    if (flush) {
      e0 = flushed(e0);
      e1 = flushed(e1);
      e2 = flushed(e2);
      e3 = flushed(e3);
      e4 = flushed(e4);
      e5 = flushed(e5);
    }
    if (inField) {
      let k0: v128;
      let k1: v128;
      let k2: v128;
      let k3: v128;
      let k4: v128;
      let k5: v128;
      if (v128.any_true(f32x4.gt(f32x4.abs(released), f32x4.splat(minor)))) {
        const place = places + at;
        const t0 = load<usize>(place);
        const t1 = load<usize>(place, 4);
        const t2 = load<usize>(place, 8);
        const t3 = load<usize>(place, 12);
        const share = v128.load(shares + at);
        const a = between(t0, v128.shuffle<f32>(share, share, 0, 0, 0, 0));
        const b = between(t1, v128.shuffle<f32>(share, share, 1, 1, 1, 1));
        const c = between(t2, v128.shuffle<f32>(share, share, 2, 2, 2, 2));
        const d = between(t3, v128.shuffle<f32>(share, share, 3, 3, 3, 3));
        const ab = lastTwo(t0, t1, v128.shuffle<f32>(share, share, 0, 0, 1, 1));
        const cd = lastTwo(t2, t3, v128.shuffle<f32>(share, share, 2, 2, 3, 3));
        // From one vector a voxel to one vector a rate.
        const ab01 = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
        const ab23 = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
        const cd01 = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
        const cd23 = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
        k0 = f32x4.mul(released, v128.shuffle<f32>(ab01, cd01, 0, 1, 4, 5));
        k1 = f32x4.mul(released, v128.shuffle<f32>(ab01, cd01, 2, 3, 6, 7));
        k2 = f32x4.mul(released, v128.shuffle<f32>(ab23, cd23, 0, 1, 4, 5));
        k3 = f32x4.mul(released, v128.shuffle<f32>(ab23, cd23, 2, 3, 6, 7));
        k4 = f32x4.mul(released, v128.shuffle<f32>(ab, cd, 0, 2, 4, 6));
        k5 = f32x4.mul(released, v128.shuffle<f32>(ab, cd, 1, 3, 5, 7));
      } else {
        const entry = load<usize>(places + at);
        const share = v128.load32_splat(shares + at);
        const four = between(entry, share);
        const two = between(entry + 16, share);
        k0 = f32x4.mul(released, v128.shuffle<f32>(four, four, 0, 0, 0, 0));
        k1 = f32x4.mul(released, v128.shuffle<f32>(four, four, 1, 1, 1, 1));
        k2 = f32x4.mul(released, v128.shuffle<f32>(four, four, 2, 2, 2, 2));
        k3 = f32x4.mul(released, v128.shuffle<f32>(four, four, 3, 3, 3, 3));
        k4 = f32x4.mul(released, v128.shuffle<f32>(two, two, 0, 0, 0, 0));
        k5 = f32x4.mul(released, v128.shuffle<f32>(two, two, 1, 1, 1, 1));
      }
      // What leaves the voxel: A x g = A q / rate.
      const g0 = f32x4.mul(f32x4.mul(k0, q0), f32x4.splat(20));
      const g1 = f32x4.mul(f32x4.mul(k1, q1), f32x4.splat(10));
      const g2 = f32x4.mul(f32x4.mul(k2, q2), f32x4.splat(5));
      const g3 = f32x4.mul(f32x4.mul(k3, q3), f32x4.splat(1.25));
      const g4 = f32x4.mul(f32x4.mul(k4, q4), f32x4.splat(0.625));
      const g5 = f32x4.mul(f32x4.mul(k5, q5), f32x4.splat(1.0 / 4.8));
      e0 = f32x4.add(e0, g0);
      e1 = f32x4.add(e1, g1);
      e2 = f32x4.add(e2, g2);
      e3 = f32x4.add(e3, g3);
      e4 = f32x4.add(e4, g4);
      e5 = f32x4.add(e5, g5);
      const gone = f32x4.add(f32x4.add(f32x4.add(g0, g1), f32x4.add(g2, g3)), f32x4.add(g4, g5));
      const all = f32x4.add(f32x4.add(f32x4.add(k0, k1), f32x4.add(k2, k3)), f32x4.add(k4, k5));
      absorbed = f32x4.add(absorbed, f32x4.sub(f32x4.mul(all, x), gone));
    }
    v128.store(energy + at, f32x4.add(v128.load(energy + at), f32x4.mul(absorbed, perStep)));
    v128.store(line, e0);
    v128.store(line + rate, e1);
    v128.store(line + r2, e2);
    v128.store(line + r3, e3);
    v128.store(line + r4, e4);
    v128.store(line + r5, e5);
  }
}

/** Rows of lines that go through the grid together: what they carry stays in the processor's nearest cache. */
const TILE: i32 = 4;

/**
 * One cone through the grid, whose rows of `columns` voxels lie `rowStride` and `planeStride` bytes apart; beyond a row the grids
 * hold vacuum up to a multiple of four voxels. Line row r meets row r + shift − baseY of a plane, in columns likewise;
 * `shifts`: (x, y) of every plane in the order in which they are crossed. `lines`: room for TILE rows of six rates `rate` bytes apart.
 * `places`, `shares`: room for a row each. Lengths cm; (left, top, first): voxel (0, 0, 0) as seen from the source; (dx, dy, dz): the cone.
 */
export function sweep(
  columns: i32,
  rows: i32,
  planes: i32,
  rowStride: usize,
  planeStride: usize,
  density: usize,
  terma: usize,
  hardening: usize,
  energy: usize,
  shifts: usize,
  lineRows: i32,
  rate: usize,
  baseX: i32,
  baseY: i32,
  lines: usize,
  table: usize,
  places: usize,
  shares: usize,
  left: f64,
  width: f64,
  top: f64,
  height: f64,
  first: f64,
  thickness: f64,
  dx: f64,
  dy: f64,
  dz: f64,
  minor: f32,
): void {
  const step = <f32>(thickness / abs<f64>(dz));
  const lineStride: usize = 6 * rate;
  for (let tile = 0; tile < lineRows; tile += TILE) {
    memory.fill(lines, 0, <usize>TILE * lineStride);
    for (let crossed = 0; crossed < planes; crossed++) {
      const k = dz > 0 ? crossed : planes - 1 - crossed;
      const shiftX = load<i32>(shifts + (<usize>crossed << 3));
      const shiftY = load<i32>(shifts + (<usize>crossed << 3), 4);
      const from = max<i32>(0, tile + shiftY - baseY);
      const to = min<i32>(rows, tile + TILE + shiftY - baseY);
      const depth = first + <f64>k * thickness;
      for (let j = from; j < to; j++) {
        const row: usize = <usize>k * planeStride + <usize>j * rowStride;
        const y = top + <f64>j * height;
        const line = lines + <usize>(j - shiftY + baseY - tile) * lineStride + (<usize>(baseX - shiftX) << 2);
        look(columns, terma + row, hardening + row, places, shares, table, left, width, y, depth, dx, dy, dz, minor);
        pass(columns, density + row, terma + row, energy + row, line, rate, places, shares, step, minor, crossed % 4 == 0);
      }
    }
  }
}
