import { add, dot, scale as times, subtract, type Vec3 } from '#shared/geometry/vec.ts';
import type { PlaneAxes } from './planes.ts';
import type { PlaneId, PlaneView } from './planeView.ts';

/** What fixes a plane on screen: the point at the canvas centre (LPS mm, on the plane) and CSS pixels per mm. */
export interface PlaneCamera {
  readonly id: PlaneId;
  readonly axes: Pick<PlaneAxes, 'right' | 'down' | 'normal'>;
  readonly centre: Vec3;
  readonly scale: number;
  readonly width: number;
  readonly height: number;
}

/** The orthographic projection of a camera: canvas = size/2 + scale·((point − centre)·right, (point − centre)·down). */
export function planeViewOf(camera: PlaneCamera): PlaneView {
  const { id, axes, centre, scale, width, height } = camera;
  return {
    id,
    point: centre,
    right: axes.right,
    down: axes.down,
    normal: axes.normal,
    scale,
    width,
    height,
    toCanvas(point) {
      const offset = subtract(point, centre);
      return [width / 2 + scale * dot(offset, axes.right), height / 2 + scale * dot(offset, axes.down)];
    },
    toPatient(x, y) {
      return add(centre, add(times(axes.right, (x - width / 2) / scale), times(axes.down, (y - height / 2) / scale)));
    },
  };
}

/** The camera whose plane passes through `through`, keeping its in-plane position. */
export function cameraThrough(camera: PlaneCamera, through: Vec3): PlaneCamera {
  const distance = dot(subtract(through, camera.centre), camera.axes.normal);
  return { ...camera, centre: add(camera.centre, times(camera.axes.normal, distance)) };
}
