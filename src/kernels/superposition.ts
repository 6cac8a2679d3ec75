// AssemblyScript. One plane of one collapsed cone, four voxels of a row at a time: see kernels/contract.ts for the physics and
// kernels/simd/layout.ts for the memory. Rates are those of depositionKernel.ts; the conformance suite would see a difference.

/** Bytes of one cone table entry: six coefficients, padded to eight. */
const ENTRY_SHIFT: i32 = 5;
/** Entries of one depth node: ANGLE_STEPS + 1. */
const ANGLES: i32 = 257;
const NODE_BYTES: usize = 257 << 5;
/** The last depth node that has one after it. */
const LAST_NODE: i32 = 4;
/** Columns of nothing left of a carried row. */
const MARGIN: i32 = 4;

/** 1 − exp(−y) by its series; exact to 3e-8 up to y = 0.2. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function series(y: v128): v128 {
  const one = f32x4.splat(1);
  let q = f32x4.sub(one, f32x4.mul(y, f32x4.splat(1.0 / 6.0)));
  q = f32x4.sub(one, f32x4.mul(f32x4.mul(y, f32x4.splat(0.2)), q));
  q = f32x4.sub(one, f32x4.mul(f32x4.mul(y, f32x4.splat(0.25)), q));
  q = f32x4.sub(one, f32x4.mul(f32x4.mul(y, f32x4.splat(1.0 / 3.0)), q));
  q = f32x4.sub(one, f32x4.mul(f32x4.mul(y, f32x4.splat(0.5)), q));
  return f32x4.mul(y, q);
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
  return v128.and(energy, f32x4.gt(f32x4.abs(energy), f32x4.splat(1e-30)));
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

/**
 * Rows of `columns` voxels lie `rowLength` floats apart (a multiple of four; voxels beyond the row are vacuum). Carried energy:
 * six rates, `ratePlane` floats apart, each of rows + 2 rows of `carryRow` floats with margins of zeros.
 * (moveX, moveY): whole voxels by which the lines move sideways into this plane, −1, 0 or 1. Lengths cm;
 * (left, top, depth): the first voxel of the plane as seen from the source; (dx, dy, dz): the cone's direction.
 */
export function plane(
  columns: i32,
  rows: i32,
  rowLength: i32,
  carryRow: i32,
  ratePlane: i32,
  density: usize,
  terma: usize,
  hardening: usize,
  dose: usize,
  from: usize,
  to: usize,
  moveX: i32,
  moveY: i32,
  table: usize,
  step: f32,
  left: f32,
  width: f32,
  top: f32,
  height: f32,
  depth: f32,
  dx: f32,
  dy: f32,
  dz: f32,
): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const lanes = f32x4(0, 1, 2, 3);
  const rate: usize = ratePlane << 2;
  const r2 = 2 * rate;
  const r3 = 3 * rate;
  const r4 = 4 * rate;
  const r5 = 5 * rate;
  for (let j = 0; j < rows; j++) {
    const y = top + <f32>j * height;
    const yy = f32x4.splat(y);
    const zz = f32x4.splat(depth);
    const square = f32x4.splat(y * y + depth * depth);
    let source: usize = from + (((j - moveY + 1) * carryRow + MARGIN - moveX) << 2);
    let target: usize = to + (((j + 1) * carryRow + MARGIN) << 2);
    let voxel: usize = (j * rowLength) << 2;
    for (let i = 0; i < columns; i += 4) {
      const x = f32x4.mul(v128.load(density + voxel), f32x4.splat(step));
      const released = v128.load(terma + voxel);
      let e0 = v128.load(source);
      let e1 = v128.load(source + rate);
      let e2 = v128.load(source + r2);
      let e3 = v128.load(source + r3);
      let e4 = v128.load(source + r4);
      let e5 = v128.load(source + r5);
      const matter = f32x4.gt(x, zero);
      const inField = v128.any_true(f32x4.gt(released, zero));
      if (v128.any_true(matter) && (inField || v128.any_true(v128.or(e0, e1)))) {
        const perMass = v128.and(f32x4.div(one, x), matter);
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
        const lost = f32x4.add(f32x4.add(f32x4.add(l0, l1), f32x4.add(l2, l3)), f32x4.add(l4, l5));
        let absorbed = f32x4.mul(lost, perMass);
        e0 = f32x4.sub(e0, l0);
        e1 = f32x4.sub(e1, l1);
        e2 = f32x4.sub(e2, l2);
        e3 = flushed(f32x4.sub(e3, l3));
        e4 = flushed(f32x4.sub(e4, l4));
        e5 = flushed(f32x4.sub(e5, l5));
        if (inField) {
          // sin(θ/2) is half the chord between the photon's direction and the cone's: no cancellation near the axis.
          const vx = f32x4.add(f32x4.splat(left), f32x4.mul(f32x4.splat(width), f32x4.add(f32x4.splat(<f32>i), lanes)));
          const inverse = f32x4.div(one, f32x4.sqrt(f32x4.add(f32x4.mul(vx, vx), square)));
          const cx = f32x4.sub(f32x4.mul(vx, inverse), f32x4.splat(dx));
          const cy = f32x4.sub(f32x4.mul(yy, inverse), f32x4.splat(dy));
          const cz = f32x4.sub(f32x4.mul(zz, inverse), f32x4.splat(dz));
          const chord = f32x4.sqrt(
            f32x4.add(f32x4.add(f32x4.mul(cx, cx), f32x4.mul(cy, cy)), f32x4.mul(cz, cz)),
          );
          const angle = i32x4.trunc_sat_f32x4_s(f32x4.add(f32x4.mul(chord, f32x4.splat(128)), f32x4.splat(0.5)));
          const index = v128.load(hardening + voxel);
          const node = i32x4.min_s(i32x4.trunc_sat_f32x4_s(index), i32x4.splat(LAST_NODE));
          const share = f32x4.sub(index, f32x4.convert_i32x4_s(node));
          const entry = i32x4.shl(i32x4.add(i32x4.mul(node, i32x4.splat(ANGLES)), angle), ENTRY_SHIFT);
          const t0 = table + <usize>i32x4.extract_lane(entry, 0);
          const t1 = table + <usize>i32x4.extract_lane(entry, 1);
          const t2 = table + <usize>i32x4.extract_lane(entry, 2);
          const t3 = table + <usize>i32x4.extract_lane(entry, 3);
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
          const energy = v128.and(released, matter);
          const k0 = f32x4.mul(energy, v128.shuffle<f32>(ab01, cd01, 0, 1, 4, 5));
          const k1 = f32x4.mul(energy, v128.shuffle<f32>(ab01, cd01, 2, 3, 6, 7));
          const k2 = f32x4.mul(energy, v128.shuffle<f32>(ab23, cd23, 0, 1, 4, 5));
          const k3 = f32x4.mul(energy, v128.shuffle<f32>(ab23, cd23, 2, 3, 6, 7));
          const k4 = f32x4.mul(energy, v128.shuffle<f32>(ab, cd, 0, 2, 4, 6));
          const k5 = f32x4.mul(energy, v128.shuffle<f32>(ab, cd, 1, 3, 5, 7));
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
          absorbed = f32x4.add(absorbed, f32x4.sub(all, f32x4.mul(gone, perMass)));
        }
        v128.store(dose + voxel, f32x4.add(v128.load(dose + voxel), absorbed));
      }
      v128.store(target, e0);
      v128.store(target + rate, e1);
      v128.store(target + r2, e2);
      v128.store(target + r3, e3);
      v128.store(target + r4, e4);
      v128.store(target + r5, e5);
      voxel += 16;
      source += 16;
      target += 16;
    }
  }
}
