import { ANGLE_STEPS } from '../../coneTable.ts';

/**
 * WGSL: on which side of an edge between two angle nodes a voxel lies, in pairs of floats that hold 48 bits (Dekker, Numer. Math. 18
 * (1971) 224; products by splitting). Every sum that must not be rearranged passes through `held`, which hides it from compilers.
 */
export const PAIRS = /* wgsl */ `
fn held(x: f32) -> f32 {
  return bitcast<f32>(bitcast<u32>(x) ^ bitcast<u32>(cone.strides.w));
}

// a + b exactly, where |a| >= |b|.
fn ordered_sum(a: f32, b: f32) -> vec2f {
  let sum = held(a + b);
  return vec2f(sum, held(b - held(sum - a)));
}

// a + b exactly.
fn exact_sum(a: f32, b: f32) -> vec2f {
  let sum = held(a + b);
  let other = held(sum - a);
  return vec2f(sum, held(held(a - held(sum - other)) + held(b - other)));
}

// a · b exactly.
fn exact_product(a: f32, b: f32) -> vec2f {
  let a_high = bitcast<f32>(bitcast<u32>(a) & 0xfffff000u);
  let b_high = bitcast<f32>(bitcast<u32>(b) & 0xfffff000u);
  let a_low = held(a - a_high);
  let b_low = held(b - b_high);
  let product = held(a * b);
  let rest = held(held(held(held(a_high * b_high) - product) + held(a_high * b_low)) + held(a_low * b_high));
  return vec2f(product, held(rest + held(a_low * b_low)));
}

fn pair_sum(a: vec2f, b: vec2f) -> vec2f {
  let sum = exact_sum(a.x, b.x);
  return ordered_sum(sum.x, sum.y + (a.y + b.y));
}

fn pair_product(a: vec2f, b: vec2f) -> vec2f {
  let product = exact_product(a.x, b.x);
  return ordered_sum(product.x, product.y + (a.x * b.y + a.y * b.x));
}

fn pair_root(a: vec2f) -> vec2f {
  let root = sqrt(a.x);
  let rest = pair_sum(a, -exact_product(root, root));
  return ordered_sum(root, rest.x / (2.0 * root));
}

// Whether the photon at a voxel makes a smaller angle with the cone than sin(θ/2) = (edge − 0.5) / ${ANGLE_STEPS}.
fn within(voxel: vec3f, edge: f32) -> bool {
  var along = vec2f();
  var square = vec2f();
  for (var axis = 0; axis < 3; axis++) {
    let way = pair_product(vec2f(cone.spacing[axis], cone.spacing_rest[axis]), vec2f(voxel[axis], 0.0));
    let seen = pair_sum(way, vec2f(cone.origin[axis], cone.origin_rest[axis]));
    along = pair_sum(along, pair_product(seen, vec2f(cone.direction[axis], cone.direction_rest[axis])));
    square = pair_sum(square, pair_product(seen, seen));
  }
  // 1 − 2 sin²(θ/2), which a float holds exactly.
  let odd = 2.0 * edge - 1.0;
  let cosine = 1.0 - odd * odd / ${2 * ANGLE_STEPS * ANGLE_STEPS}.0;
  let beyond = pair_sum(along, -pair_product(pair_root(square), vec2f(cosine, 0.0)));
  return beyond.x > 0.0 || (beyond.x == 0.0 && beyond.y > 0.0);
}
`;
