import type { Vec3 } from '#shared/geometry/vec.ts';
import { type Part, paint, paintLayers } from '../anatomy.ts';
import { chain, union } from '../combine.ts';
import { capsule, ellipsoid, type Shape, tube } from '../shapes.ts';
import { CORD, CORTICAL, CSF, DISC, MARROW } from '../tissues.ts';

export interface SpineOptions {
  readonly from: number;
  readonly to: number;
  /** Antero-posterior position of the vertebral bodies' centre at height z. */
  readonly y: (z: number) => number;
  /** Height of one vertebra with its disc, mm. */
  readonly pitch: number;
  /** Half width and half depth of a vertebral body, mm. */
  readonly body: readonly [number, number];
}

export interface Spine {
  readonly parts: readonly Part[];
  readonly cord: Shape;
  readonly canal: Shape;
  readonly bone: Shape;
  /** Heights of the vertebral centres, caudal first. */
  readonly levels: readonly number[];
}

const CANAL_RADIUS = 9.5;

/** Vertebrae with discs, arches, transverse and spinous processes round a canal with the cord. */
export function makeSpine({ from, to, y, pitch, body }: SpineOptions): Spine {
  const levels: number[] = [];
  for (let z = Math.ceil(from / pitch) * pitch; z <= to; z += pitch) levels.push(z);
  const canalY = (z: number): number => y(z) + body[1] + CANAL_RADIUS;
  const along = (half: readonly [number, number], centreY: (z: number) => number): Shape =>
    tube(from - 20, to + 20, (z) => ({ centre: [0, centreY(z)], half }));
  const canal = along([CANAL_RADIUS, CANAL_RADIUS - 1], canalY);
  const cord = along([6, 4.5], canalY);
  const bodies = levels.map((z) => ellipsoid([0, y(z), z], [body[0], body[1], pitch / 2 - 2.2], [0, 0, 0], 4));
  const arches = levels.flatMap((z) => processes(z, canalY(z), pitch, body[0]));
  const bone = union([...bodies, ...arches]);
  return {
    levels,
    cord,
    canal,
    bone,
    parts: [
      paint(along([body[0] - 2, body[1] - 1.5], y), DISC),
      paintLayers(bone, [0, CORTICAL], [1.8, MARROW]),
      paint(canal, CSF),
      paint(cord, CORD),
    ],
  };
}

/** Arch, transverse processes and the spinous process that slopes down behind. */
function processes(z: number, canalY: number, pitch: number, halfWidth: number): Shape[] {
  const ring: Vec3[] = [];
  for (let degrees = -30; degrees <= 210; degrees += 20) {
    const angle = (degrees * Math.PI) / 180;
    ring.push([(CANAL_RADIUS + 3) * Math.cos(angle), canalY + (CANAL_RADIUS + 3) * Math.sin(angle), z + 1]);
  }
  const wing = (side: 1 | -1): Shape =>
    capsule([side * (CANAL_RADIUS + 4), canalY + 2, z + 2], [side * (halfWidth + 15), canalY + 10, z + 6], 4.5, 3.5);
  const spinous = capsule([0, canalY + CANAL_RADIUS + 3, z], [0, canalY + CANAL_RADIUS + 22, z - 0.6 * pitch], 4, 3);
  return [chain(ring, 3), wing(1), wing(-1), spinous];
}
