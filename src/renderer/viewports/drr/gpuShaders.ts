/** One triangle over the whole canvas; `at` is the pixel, columns to the right and rows down. */
export const DRR_VERTEX = `#version 300 es
uniform vec2 size;
out vec2 at;
void main() {
  vec2 corner = vec2(float((gl_VertexID << 1) & 2), float(gl_VertexID & 2));
  at = vec2(corner.x, 1.0 - corner.y) * size - 0.5;
  gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}`;

/**
 * A ray through the texture from the source to the pixel, in texture coordinates. It is sampled at the middles of equal steps between the
 * faces of the volume (and the planes of the depth window), voxels being boxes round their centres.
 */
export const DRR_FRAGMENT = `#version 300 es
precision highp float;
precision highp int;
uniform highp sampler3D tissues;
uniform vec3 source;
uniform vec3 first;
uniform vec3 column;
uniform vec3 row;
uniform vec3 millimetres;
uniform vec2 weights;
uniform float stepLength;
uniform float pixelDepth;
uniform vec2 depths;
uniform vec2 tone;
in vec2 at;
out vec4 fragment;
void main() {
  vec3 way = first + at.x * column + at.y * row - source;
  vec3 inverse = 1.0 / mix(way, vec3(1e-9), lessThan(abs(way), vec3(1e-9)));
  vec3 a = -source * inverse;
  vec3 b = (1.0 - source) * inverse;
  vec3 low = min(a, b);
  vec3 high = max(a, b);
  float enter = max(max(low.x, low.y), max(low.z, max(0.0, depths.x / pixelDepth)));
  float leave = min(min(high.x, high.y), min(high.z, depths.y / pixelDepth));
  float sum = 0.0;
  float whole = length(way * millimetres);
  if (leave > enter) {
    float wanted = ceil((leave - enter) * whole / stepLength);
    int count = int(clamp(wanted, 1.0, 4096.0));
    float pace = (leave - enter) / float(count);
    vec3 position = source + (enter + 0.5 * pace) * way;
    vec3 onward = pace * way;
    for (int n = 0; n < count; n++) {
      sum += dot(texture(tissues, position).rg, weights);
      position += onward;
    }
    sum *= pace * whole;
  }
  float grey = clamp((sum - tone.x) / (tone.y - tone.x), 0.0, 1.0);
  fragment = vec4(vec3(grey), 1.0);
}`;
