import { ANGLE_STEPS, DEPTH_NODES } from '../../coneTable.ts';
import { RATES } from '../../depositionKernel.ts';
import { GROUP } from '../contract.ts';
import { PAIRS } from './pairs.ts';

/** Lines that a workgroup takes, along rows and across: of seven shapes tried on an NVIDIA H100 among the best by a few per cent. */
export const WORKGROUP = [8, 8] as const;

/** Bytes of the shader's `Sweep`. */
export const SWEEP_BYTES = 144;

const number = (value: number): string => (Number.isInteger(value) ? `${value}.0` : `${value}`);
const vector = (values: readonly number[]): string => `vec${values.length}f(${values.map(number).join(', ')})`;
const perRate = RATES.map((rate) => 1 / rate);

/**
 * One cone through the grid, one thread a line: see kernels/contract.ts for the physics. A line keeps what it carries in registers and
 * crosses each plane in the voxel `line + shifts[plane]`; two lines of a direction differ by the same voxels in every plane, so
 * no two threads ever touch the same voxel.
 */
export const SHADER = /* wgsl */ `${PAIRS}
struct Sweep {
  // Voxels along a row, rows, planes; 1 when planes are crossed upwards, else 0.
  dims: vec4i,
  // Voxels from one to the next along each axis of the sweep; 0, which no compiler knows.
  strides: vec4i,
  // Line of voxel (0, 0) of the first plane; lines along a row, rows of lines.
  base: vec2i,
  lines: vec2i,
  // Voxel (0, 0, 0) as seen from the source, cm; way of a line through a plane, cm.
  origin: vec3f,
  step: f32,
  // cm.
  spacing: vec3f,
  direction: vec3f,
  // What single precision leaves of the three.
  origin_rest: vec3f,
  spacing_rest: vec3f,
  direction_rest: vec3f,
}

@group(0) @binding(0) var<uniform> cone: Sweep;
@group(0) @binding(1) var<storage, read> density: array<f32>;
@group(0) @binding(2) var<storage, read> terma: array<f32>;
// Hardening; −1 − the group's hardening where a group shares a look-up.
@group(0) @binding(3) var<storage, read> lookups: array<f32>;
@group(0) @binding(4) var<storage, read> shifts: array<vec2i>;
// Cone table entries of eight: rates 0 to 3, rates 4 and 5, nothing.
@group(0) @binding(5) var<storage, read> table: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> dose: array<f32>;

// 1 − exp(−y) by its series: exact to 3e-8 up to y = 0.2.
fn series(y: f32) -> f32 {
  return y * (1.0 - y * (1.0 / 2.0) * (1.0 - y * (1.0 / 3.0) * (1.0 - y * (1.0 / 4.0) * (1.0 - y * (1.0 / 5.0) * (1.0 - y * (1.0 / 6.0))))));
}

// 1 − exp(−2y) from q = 1 − exp(−y).
fn twice(q: f32) -> f32 {
  return q * (2.0 - q);
}

// Entry of the table, and share of the next depth node, for a voxel of the sweep.
fn look(at: vec3i, lookup: f32) -> vec2f {
  let by_group = lookup < 0.0;
  let depth = select(lookup, -1.0 - lookup, by_group);
  let column = select(f32(at.x), f32(at.x - at.x % ${GROUP}) + ${number((GROUP - 1) / 2)}, by_group);
  let voxel = vec3f(column, f32(at.y), f32(at.z));
  let seen = cone.origin + voxel * cone.spacing;
  // sin(θ/2) is half the chord between the photon's direction and the cone's: no cancellation near the axis.
  let chord = length(seen / length(seen) - cone.direction);
  let place = chord * ${number(ANGLE_STEPS / 2)} + 0.5;
  var angle = i32(place);
  let edge = round(place);
  // Between two angles single precision may take the other one than the CPU, which shows in the dose: look twice.
  if (abs(place - edge) < 1e-3) { angle = i32(edge) - select(0, 1, within(voxel, edge)); }
  let node = clamp(i32(depth), 0, ${DEPTH_NODES.length - 2});
  return vec2f(f32(node * ${ANGLE_STEPS + 1} + min(angle, ${ANGLE_STEPS})), depth - f32(node));
}

@compute @workgroup_size(${WORKGROUP.join(', ')})
fn sweep(@builtin(global_invocation_id) id: vec3u) {
  let thread = vec2i(id.xy);
  if (any(thread >= cone.lines)) { return; }
  let line = thread - cone.base;
  let planes = cone.dims.z;
  var slow = vec4f();
  var fast = vec2f();
  for (var plane = 0; plane < planes; plane++) {
    let across = line + shifts[plane];
    if (any(across < vec2i()) || any(across >= cone.dims.xy)) { continue; }
    let at = vec3i(across, select(planes - 1 - plane, plane, cone.dims.w == 1));
    let voxel = at.x * cone.strides.x + at.y * cone.strides.y + at.z * cone.strides.z;
    let x = density[voxel] * cone.step;
    if (!(x > 0.0)) { continue; }
    let released = terma[voxel];
    if (released == 0.0 && slow.x == 0.0 && slow.y == 0.0) { continue; }
    let exponent = x * ${number(RATES[0])};
    var q0: f32;
    if (exponent > 0.2) {
      // Bone or metal in large voxels: a sixteenth of the way, doubled four times.
      q0 = twice(twice(twice(twice(series(exponent * 0.0625)))));
    } else {
      q0 = series(exponent);
    }
    let q1 = twice(q0);
    let q2 = twice(q1);
    let q3 = twice(twice(q2));
    let q4 = twice(q3);
    let q5 = q4 * (3.0 - q4 * (3.0 - q4));
    let slow_share = vec4f(q0, q1, q2, q3);
    let fast_share = vec2f(q4, q5);
    let slow_lost = slow * slow_share;
    let fast_lost = fast * fast_share;
    var absorbed = (slow_lost.x + slow_lost.y) + (slow_lost.z + slow_lost.w) + (fast_lost.x + fast_lost.y);
    slow -= slow_lost;
    fast -= fast_lost;
    if (released != 0.0) {
      let place = look(at, lookups[voxel]);
      let low = 2u * u32(place.x);
      let high = low + ${2 * (ANGLE_STEPS + 1)}u;
      let slow_source = released * mix(table[low], table[high], place.y);
      let fast_source = released * mix(table[low + 1u].xy, table[high + 1u].xy, place.y);
      let slow_gone = slow_source * slow_share * ${vector(perRate.slice(0, 4))};
      let fast_gone = fast_source * fast_share * ${vector(perRate.slice(4))};
      slow += slow_gone;
      fast += fast_gone;
      let gone = (slow_gone.x + slow_gone.y) + (slow_gone.z + slow_gone.w) + (fast_gone.x + fast_gone.y);
      let all = (slow_source.x + slow_source.y) + (slow_source.z + slow_source.w) + (fast_source.x + fast_source.y);
      absorbed += all * x - gone;
    }
    dose[voxel] += absorbed / x;
  }
}
`;
