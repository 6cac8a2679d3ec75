/** Threads of a group that each have a voxel, and threads that share a node of the wide plane. */
export const LANES = 64;
/** Groups of one line: no more may be asked for along an axis than 65535. */
export const FOLD = 32768;
/** Edge of a square group of nodes. */
export const TILE = 8;

const PLANE = /* wgsl */ `
struct Plane {
  start: vec2f, per_mm: f32, voxels: u32,
  size: vec2i, lattice: vec2i,
  middle: vec2i, reach: vec2i,
  profile: vec2i, nodes: vec2i,
  fluence: i32,
}
`;

/**
 * Bixels (from, to] whose profile a node along one axis gets something of, and nodes that get something of a bixel. Whole numbers divide
 * towards 0 in WGSL: what begins below 0 begins at 0 either way, what ends there is asked about.
 */
const SPANS = /* wgsl */ `
fn bixels_of(node: i32, axis: i32) -> vec2i {
  let behind = node - plane.middle[axis] - plane.reach[axis];
  let before = node - plane.middle[axis] + plane.reach[axis];
  if (before < 0) { return vec2i(0, 0); }
  let nodes = plane.nodes[axis];
  return vec2i(max(0, (behind + nodes - 1) / nodes), min(plane.lattice[axis], before / nodes + 1));
}

fn nodes_of(bixel: i32, axis: i32) -> vec2i {
  let at = plane.middle[axis] + plane.nodes[axis] * bixel;
  return vec2i(max(0, at - plane.reach[axis]), min(plane.size[axis], at + plane.reach[axis] + 1));
}

fn share(node: i32, bixel: i32, axis: i32) -> vec4f {
  let distance = node - plane.middle[axis] - plane.nodes[axis] * bixel;
  return profiles[plane.profile[axis] + distance + plane.reach[axis]];
}
`;

const THROUGH_PLANE = /* wgsl */ `
${PLANE}
@group(0) @binding(0) var<uniform> plane: Plane;
@group(0) @binding(1) var<storage, read_write> fluence: array<f32>;
@group(0) @binding(2) var<storage, read> profiles: array<vec4f>;
@group(0) @binding(3) var<storage, read_write> between: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> nodes: array<vec4f>;
${SPANS}
`;

/** Fluence → plane, first along x, then along y; and back. */
const SPREAD = /* wgsl */ `
${THROUGH_PLANE}
@compute @workgroup_size(${TILE}, ${TILE})
fn spread_along(@builtin(global_invocation_id) id: vec3u) {
  let at = vec2i(id.xy);
  if (at.x >= plane.size.x || at.y >= plane.lattice.y) { return; }
  let span = bixels_of(at.x, 0);
  var sum = vec4f();
  for (var column = span.x; column < span.y; column++) {
    sum += fluence[plane.fluence + column + plane.lattice.x * at.y] * share(at.x, column, 0);
  }
  between[at.x + plane.size.x * at.y] = sum;
}

@compute @workgroup_size(${TILE}, ${TILE})
fn spread_across(@builtin(global_invocation_id) id: vec3u) {
  let at = vec2i(id.xy);
  if (at.x >= plane.size.x || at.y >= plane.size.y) { return; }
  let span = bixels_of(at.y, 1);
  var sum = vec4f();
  for (var line = span.x; line < span.y; line++) {
    sum += between[at.x + plane.size.x * line] * share(at.y, line, 1);
  }
  nodes[at.x + plane.size.x * at.y] = sum;
}

@compute @workgroup_size(${TILE}, ${TILE})
fn collect_across(@builtin(global_invocation_id) id: vec3u) {
  let at = vec2i(id.xy);
  if (at.x >= plane.size.x || at.y >= plane.lattice.y) { return; }
  let span = nodes_of(at.y, 1);
  var sum = vec4f();
  for (var node = span.x; node < span.y; node++) {
    sum += nodes[at.x + plane.size.x * node] * share(node, at.y, 1);
  }
  between[at.x + plane.size.x * at.y] = sum;
}

@compute @workgroup_size(${TILE}, ${TILE})
fn collect_along(@builtin(global_invocation_id) id: vec3u) {
  let at = vec2i(id.xy);
  if (at.x >= plane.lattice.x || at.y >= plane.lattice.y) { return; }
  let span = nodes_of(at.x, 0);
  var sum = vec4f();
  for (var node = span.x; node < span.y; node++) {
    sum += between[node + plane.size.x * at.y] * share(node, at.x, 0);
  }
  fluence[plane.fluence + at.x + plane.lattice.x * at.y] += dot(sum, vec4f(1.0));
}
`;

const reader = (name: string): string => /* wgsl */ `
fn read_${name}(place: vec2f) -> vec4f {
  let at = (place - ${name}.start) * ${name}.per_mm;
  let last = vec2f(${name}.size - 1);
  if (!(all(at >= vec2f()) && all(at < last))) { return vec4f(); }
  let node = floor(at);
  let part = at - node;
  let first = i32(node.x) + ${name}.size.x * i32(node.y);
  let above = mix(${name}_nodes[first], ${name}_nodes[first + 1], part.x);
  let below = mix(${name}_nodes[first + ${name}.size.x], ${name}_nodes[first + ${name}.size.x + 1], part.x);
  return mix(above, below, part.y);
}
`;

/** Planes → doses. A row has one voxel of a direction at most, and directions come one after the other: nobody else adds to it. */
const GATHER = /* wgsl */ `
${PLANE}
@group(0) @binding(0) var<uniform> narrow: Plane;
@group(0) @binding(1) var<uniform> wide: Plane;
@group(0) @binding(2) var<storage, read> voxels: array<vec4u>;
@group(0) @binding(3) var<storage, read> narrow_nodes: array<vec4f>;
@group(0) @binding(4) var<storage, read> wide_nodes: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> doses: array<f32>;
${reader('narrow')}
${reader('wide')}
@compute @workgroup_size(${LANES})
fn gather(@builtin(global_invocation_id) id: vec3u) {
  let n = id.x + ${FOLD * LANES}u * id.y;
  if (n >= wide.voxels) { return; }
  let about = voxels[3u * n];
  let place = bitcast<vec2f>(about.xy);
  let dose = dot(bitcast<vec4f>(voxels[3u * n + 1u]), read_narrow(place))
    + dot(bitcast<vec4f>(voxels[3u * n + 2u]), read_wide(place));
  doses[about.z] += dose;
}
`;

/** Gradient on dose → a plane: every node adds up the voxels of the four cells around it. */
const scatterOn = (weights: 1 | 2): string => /* wgsl */ `
${PLANE}
@group(0) @binding(0) var<uniform> plane: Plane;
@group(0) @binding(1) var<storage, read> voxels: array<vec4u>;
@group(0) @binding(2) var<storage, read> cells: array<u32>;
@group(0) @binding(3) var<storage, read> doses: array<f32>;
@group(0) @binding(4) var<storage, read_write> nodes: array<vec4f>;

fn given(voxel: u32, node: vec2i) -> vec4f {
  let about = voxels[3u * voxel];
  let at = (bitcast<vec2f>(about.xy) - plane.start) * plane.per_mm;
  let part = max(vec2f(), 1.0 - abs(at - vec2f(node)));
  return part.x * part.y * doses[about.z] * bitcast<vec4f>(voxels[3u * voxel + ${weights}u]);
}

// Places in the list of the voxels left and right of a node, in the row of cells above (0) or below it.
fn voxels_beside(node: vec2i, row: i32) -> vec2u {
  let cell = node + vec2i(-1, row - 1);
  if (cell.y < 0) { return vec2u(); }
  let line = plane.size.x * cell.y;
  return vec2u(cells[line + max(0, cell.x)], cells[line + node.x + 1]);
}
`;

const SCATTER_NARROW = /* wgsl */ `
${scatterOn(1)}
@compute @workgroup_size(${TILE}, ${TILE})
fn scatter(@builtin(global_invocation_id) id: vec3u) {
  let node = vec2i(id.xy);
  if (node.x >= plane.size.x || node.y >= plane.size.y) { return; }
  let list = u32(plane.size.x * plane.size.y + 1);
  var sum = vec4f();
  for (var row = 0; row < 2; row++) {
    let span = voxels_beside(node, row);
    for (var k = span.x; k < span.y; k++) { sum += given(cells[list + k], node); }
  }
  nodes[node.x + plane.size.x * node.y] = sum;
}
`;

/** A group a node, for hundreds of voxels lie around it. */
const SCATTER_WIDE = /* wgsl */ `
${scatterOn(2)}
var<workgroup> sums: array<vec4f, ${LANES}>;

@compute @workgroup_size(${LANES})
fn scatter(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let node = vec2i(group.xy);
  let list = u32(plane.size.x * plane.size.y + 1);
  var sum = vec4f();
  for (var row = 0; row < 2; row++) {
    let span = voxels_beside(node, row);
    for (var k = span.x + lane; k < span.y; k += ${LANES}u) { sum += given(cells[list + k], node); }
  }
  sums[lane] = sum;
  for (var half = ${LANES / 2}u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (lane < half) { sums[lane] += sums[lane + half]; }
  }
  if (lane == 0u) { nodes[node.x + plane.size.x * node.y] = sums[0]; }
}
`;

/** Each kernel's text and its entry point. */
export const KERNELS = {
  spreadAlong: [SPREAD, 'spread_along'],
  spreadAcross: [SPREAD, 'spread_across'],
  gather: [GATHER, 'gather'],
  scatterNarrow: [SCATTER_NARROW, 'scatter'],
  scatterWide: [SCATTER_WIDE, 'scatter'],
  collectAcross: [SPREAD, 'collect_across'],
  collectAlong: [SPREAD, 'collect_along'],
} as const;
