import { add, cross, dot, length, normalize, scale as times, subtract, type Vec3 } from '#shared/geometry/vec.ts';

/** An orthographic look at the patient: lengths across the view are true everywhere, so a scale bar holds for all of it. */
export interface SceneCamera {
  /** What the middle of the view shows, LPS mm. */
  readonly centre: Vec3;
  /** Unit vectors in LPS: canvas x to the right, canvas y downwards. */
  readonly right: Vec3;
  readonly down: Vec3;
  /** CSS pixels per mm. */
  readonly scale: number;
}

/** Into the screen. */
export const viewDirection = ({ right, down }: Pick<SceneCamera, 'right' | 'down'>): Vec3 => cross(right, down);

/** The side of the patient the viewer stands at. */
export type Side = 'A' | 'P' | 'L' | 'R' | 'H' | 'F';

export const SIDES: readonly { readonly side: Side; readonly name: string }[] = [
  { side: 'A', name: 'anterior' },
  { side: 'P', name: 'posterior' },
  { side: 'L', name: 'left' },
  { side: 'R', name: 'right' },
  { side: 'H', name: 'superior' },
  { side: 'F', name: 'inferior' },
];

/** Into the screen and downwards as seen from each side: head up, and from head or feet anterior up. */
const LOOKS: Readonly<Record<Side, readonly [normal: Vec3, down: Vec3]>> = {
  A: [[0, 1, 0], [0, 0, -1]],
  P: [[0, -1, 0], [0, 0, -1]],
  L: [[-1, 0, 0], [0, 0, -1]],
  R: [[1, 0, 0], [0, 0, -1]],
  H: [[0, 0, -1], [0, 1, 0]],
  F: [[0, 0, 1], [0, 1, 0]],
}; // biome-ignore format: a table

/** The axes of the view from a side. */
export function lookFrom(side: Side): Pick<SceneCamera, 'right' | 'down'> {
  const [normal, down] = LOOKS[side];
  return { right: cross(down, normal), down };
}

/** Canvas position of a patient point, and its depth: mm into the screen from the centre's plane. */
export function toScene(camera: SceneCamera, width: number, height: number, point: Vec3): [number, number, number] {
  const offset = subtract(point, camera.centre);
  return [
    width / 2 + camera.scale * dot(offset, camera.right),
    height / 2 + camera.scale * dot(offset, camera.down),
    dot(offset, viewDirection(camera)),
  ];
}

/** The patient point under a canvas position, on the plane through the centre. */
export const fromScene = (camera: SceneCamera, width: number, height: number, x: number, y: number): Vec3 =>
  add(
    camera.centre,
    add(times(camera.right, (x - width / 2) / camera.scale), times(camera.down, (y - height / 2) / camera.scale)),
  );

function rotate(v: Vec3, axis: Vec3, angle: number): Vec3 {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return add(add(times(v, c), times(cross(axis, v), s)), times(axis, dot(axis, v) * (1 - c)));
}

/** Radians a drag turns the patient by per pixel. */
const TURN = Math.PI / 400;

/** Turns the patient with the mouse like a ball under the hand: about the screen's axis across the drag, through the centre. */
export function orbit(camera: SceneCamera, dx: number, dy: number): SceneCamera {
  const drag = Math.hypot(dx, dy);
  if (drag === 0) return camera;
  const axis = normalize(add(times(camera.right, dy), times(camera.down, -dx)));
  // The viewer goes the other way round than the patient turns.
  const right = normalize(rotate(camera.right, axis, -drag * TURN));
  const turned = rotate(camera.down, axis, -drag * TURN);
  // Rounding of many small turns must not shear the view.
  const down = normalize(subtract(turned, times(right, dot(turned, right))));
  return { ...camera, right, down };
}

export const panScene = (camera: SceneCamera, dx: number, dy: number): SceneCamera => ({
  ...camera,
  centre: add(camera.centre, add(times(camera.right, -dx / camera.scale), times(camera.down, -dy / camera.scale))),
});

const SCALES = { least: 0.05, most: 40 } as const;

/** Zooms so that what is under (x, y) stays there. */
export function zoomScene(
  camera: SceneCamera,
  width: number,
  height: number,
  x: number,
  y: number,
  factor: number,
): SceneCamera {
  const scale = Math.max(SCALES.least, Math.min(SCALES.most, camera.scale * factor));
  const at = fromScene(camera, width, height, x, y);
  const next = { ...camera, scale };
  return { ...next, centre: add(camera.centre, subtract(at, fromScene(next, width, height, x, y))) };
}

/** A box along the patient's axes, LPS mm. */
export interface Box {
  readonly low: Vec3;
  readonly high: Vec3;
}

/** Shows all of `box` from wherever the camera looks. */
export function fitScene(
  look: Pick<SceneCamera, 'right' | 'down'>,
  box: Box,
  width: number,
  height: number,
): SceneCamera {
  const size = subtract(box.high, box.low);
  const extent = (axis: Vec3): number => axis.reduce((sum, part, i) => sum + Math.abs(part) * size[i], 0);
  const scale = 0.88 * Math.min(width / Math.max(1, extent(look.right)), height / Math.max(1, extent(look.down)));
  return { ...look, centre: times(add(box.low, box.high), 0.5), scale };
}

/** How deep the box reaches in front of and behind its centre, mm, whatever the look. */
export const reachOf = (box: Box): number => length(subtract(box.high, box.low)) / 2;
