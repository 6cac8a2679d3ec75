/** Patient space to clip space is one matrix: the view is orthographic. The viewer's lamp shines along the view. */
export const SURFACE_VERTEX = `#version 300 es
uniform mat4 clipFromPatient;
uniform vec3 towardsViewer;
in vec3 position;
in vec3 normal;
out float facing;
void main() {
  facing = dot(normal, towardsViewer);
  gl_Position = clipFromPatient * vec4(position, 1.0);
}`;

/**
 * A surface facing the viewer has its own colour and opacity; turned away it is darker and, a film seen along its length, denser:
 * a body's outline shows however transparent it is.
 */
export const SURFACE_FRAGMENT = `#version 300 es
precision highp float;
uniform vec3 color;
uniform float opacity;
in float facing;
out vec4 fragment;
void main() {
  float f = abs(facing);
  float alpha = opacity >= 1.0 ? 1.0 : 1.0 - pow(1.0 - opacity, 1.0 / max(f, 0.25));
  fragment = vec4(color * (0.35 + 0.65 * f) * alpha, alpha);
}`;

export const SLICE_VERTEX = `#version 300 es
uniform mat4 clipFromPatient;
uniform vec3 corner;
uniform vec3 alongX;
uniform vec3 alongY;
in vec2 place;
out vec2 at;
void main() {
  at = place;
  gl_Position = clipFromPatient * vec4(corner + place.x * alongX + place.y * alongY, 1.0);
}`;

/** The picture, its transparent parts left out, framed in the plane's colour. */
export const SLICE_FRAGMENT = `#version 300 es
precision highp float;
uniform sampler2D picture;
uniform vec3 frameColor;
in vec2 at;
out vec4 fragment;
void main() {
  vec2 edge = min(at, 1.0 - at) / max(fwidth(at), vec2(1e-6));
  vec4 texel = texture(picture, at);
  if (min(edge.x, edge.y) < 1.5) fragment = vec4(frameColor, 1.0);
  else if (texel.a < 0.5) discard;
  else fragment = vec4(texel.rgb, 1.0);
}`;
