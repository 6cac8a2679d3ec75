import { dot, type Vec3 } from '#shared/geometry/vec.ts';
import type { SurfaceMesh } from '#shared/structures/surfaces/surfaceMesh.ts';

/** One half of a transparent surface: the faces turned away from the viewer or those turned to them. */
export interface HalfSurface<Item> {
  readonly item: Item;
  readonly half: 'far' | 'near';
}

const boxes = new WeakMap<SurfaceMesh, readonly [low: Vec3, high: Vec3]>();

/** The box along the patient's axes round a mesh's vertices, LPS mm. */
function meshBox(mesh: SurfaceMesh): readonly [low: Vec3, high: Vec3] {
  let box = boxes.get(mesh);
  if (box === undefined) {
    const low: [number, number, number] = [Infinity, Infinity, Infinity];
    const high: [number, number, number] = [-Infinity, -Infinity, -Infinity];
    for (let i = 0; i < mesh.vertices.length; i++) {
      const value = mesh.vertices[i];
      if (value < low[i % 3]) low[i % 3] = value;
      if (value > high[i % 3]) high[i % 3] = value;
    }
    box = [low, high];
    boxes.set(mesh, box);
  }
  return box;
}

/**
 * Transparent surfaces in the order in which they blend right: far halves by where the surface ends, near halves by where it begins,
 * from the back to the front. Right for structures inside and behind each other, which is how organs lie; structures that pass
 * through each other are blended as if they did not.
 * @param direction into the screen
 */
export function halvesBackToFront<Item extends { readonly mesh: SurfaceMesh }>(
  items: readonly Item[],
  direction: Vec3,
): HalfSurface<Item>[] {
  const halves = items.flatMap((item) => {
    const [low, high] = meshBox(item.mesh);
    const middle = dot(direction, [(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, (low[2] + high[2]) / 2]);
    const reach = direction.reduce((sum, part, axis) => sum + (Math.abs(part) * (high[axis] - low[axis])) / 2, 0);
    return [
      { item, half: 'far', depth: middle + reach },
      { item, half: 'near', depth: middle - reach },
    ] as const;
  });
  return [...halves].sort((a, b) => b.depth - a.depth);
}
