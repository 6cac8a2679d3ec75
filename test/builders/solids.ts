import { AXIAL, type Grid } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Contour } from '#shared/model/structures.ts';

/** A body whose volume, cross sections and distances are known in closed form; mm, its axis along z through `centre`. */
export interface Solid {
  readonly name: string;
  /** mm³ */
  readonly volume: number;
  /** Signed distance of a point from the surface, negative inside. */
  distance(point: Vec3): number;
  /** Radii of the circles of its cross section at height z above the centre, outermost first (the next one is a hole). */
  radii(z: number): readonly number[];
  readonly centre: Vec3;
}

/** Off every lattice, so that nothing fits by chance. */
const CENTRE: Vec3 = [0.31, -0.23, 0];
/** Vertices of a circle, which cost 0.02 % of its area. */
const VERTICES = 180;

const local = ([x, y, z]: Vec3, centre: Vec3): [number, number] => [
  Math.hypot(x - centre[0], y - centre[1]),
  z - centre[2],
];

/** Distance in the half plane (r, z) from the polygon of a body of revolution, negative inside. */
function profileDistance(profile: readonly (readonly [number, number])[], r: number, z: number): number {
  let [best, inside] = [Infinity, false];
  profile.forEach(([r1, z1], i) => {
    const [r0, z0] = profile[(i + profile.length - 1) % profile.length];
    const [dr, dz] = [r1 - r0, z1 - z0];
    // The axis itself is no surface.
    if (r0 > 0 || r1 > 0) {
      const t = Math.max(0, Math.min(1, ((r - r0) * dr + (z - z0) * dz) / (dr * dr + dz * dz)));
      best = Math.min(best, Math.hypot(r - r0 - t * dr, z - z0 - t * dz));
    }
    if (z1 > z !== z0 > z && r < r0 + ((z - z0) * dr) / dz) inside = !inside;
  });
  return inside ? -best : best;
}

export const ball = (radius: number, phase = 0): Solid => {
  const centre: Vec3 = [CENTRE[0], CENTRE[1], phase];
  return {
    name: `sphere ${radius}`,
    volume: (4 / 3) * Math.PI * radius ** 3,
    centre,
    distance: (point) => Math.hypot(...local(point, centre)) - radius,
    radii: (z) => (Math.abs(z) < radius ? [Math.sqrt(radius * radius - z * z)] : []),
  };
};

/** Its flat ends lie half way between planes, where a slab of contours ends; anywhere else contours cannot say where it ends. */
export const cylinder = (radius: number, height: number): Solid => {
  const profile = [[0, -height / 2], [radius, -height / 2], [radius, height / 2], [0, height / 2]] as const; // biome-ignore format: corners
  const centre: Vec3 = [CENTRE[0], CENTRE[1], 0.5];
  return {
    name: `cylinder ${radius} × ${height}`,
    volume: Math.PI * radius * radius * height,
    centre,
    distance: (point) => profileDistance(profile, ...local(point, centre)),
    radii: (z) => (Math.abs(z) < height / 2 ? [radius] : []),
  };
};

export const cone = (radius: number, height: number): Solid => {
  const profile = [[0, 0], [radius, 0], [0, height]] as const; // biome-ignore format: corners
  const centre: Vec3 = [CENTRE[0], CENTRE[1], -20.5];
  return {
    name: `cone ${radius} × ${height}`,
    volume: (Math.PI * radius * radius * height) / 3,
    centre,
    distance: (point) => profileDistance(profile, ...local(point, centre)),
    radii: (z) => (z > 0 && z < height ? [radius * (1 - z / height)] : []),
  };
};

export const torus = (ring: number, tube: number, phase = 0): Solid => {
  const centre: Vec3 = [CENTRE[0], CENTRE[1], phase];
  return {
    name: `torus ${ring}, ${tube}`,
    volume: 2 * Math.PI ** 2 * ring * tube * tube,
    centre,
    distance: (point) => {
      const [r, z] = local(point, centre);
      return Math.hypot(r - ring, z) - tube;
    },
    radii: (z) => {
      const half = Math.abs(z) < tube ? Math.sqrt(tube * tube - z * z) : 0;
      return half > 0 ? [ring + half, ring - half] : [];
    },
  };
};

export const shell = (outer: number, inner: number, phase = 0): Solid => {
  const [whole, cavity] = [ball(outer, phase), ball(inner, phase)];
  return {
    name: `shell ${outer} – ${inner}`,
    volume: whole.volume - cavity.volume,
    centre: whole.centre,
    distance: (point) => Math.max(whole.distance(point), -cavity.distance(point)),
    radii: (z) => [...whole.radii(z), ...cavity.radii(z)],
  };
};

/** The solid's contours on the planes z = 0, ±spacing, ±2·spacing …, as exact circles. */
export function drawn(solid: Solid, spacing = 1, reach = 80): Contour[] {
  const contours: Contour[] = [];
  for (let k = -Math.ceil(reach / spacing); k * spacing <= reach; k++)
    for (const radius of solid.radii(k * spacing - solid.centre[2]))
      contours.push(circleOn(solid.centre, radius, k * spacing));
  return contours;
}

function circleOn([x, y]: Vec3, radius: number, z: number): Contour {
  const points = new Float64Array(3 * VERTICES);
  for (let i = 0; i < VERTICES; i++) {
    const angle = (2 * Math.PI * i) / VERTICES;
    points.set([x + radius * Math.cos(angle), y + radius * Math.sin(angle), z], 3 * i);
  }
  return { type: 'CLOSED_PLANAR', points };
}

/** Voxels of `spacing` mm round the origin, ± `reach` mm, one plane at z = 0. */
export const latticeOf = (spacing: number, reach = 80): Grid => {
  const half = Math.ceil(reach / spacing);
  return {
    dims: [2 * half + 1, 2 * half + 1, 2 * half + 1],
    spacing: [spacing, spacing, spacing],
    origin: [-half * spacing, -half * spacing, -half * spacing],
    direction: AXIAL,
  };
};
