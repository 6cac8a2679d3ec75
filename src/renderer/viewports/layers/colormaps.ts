/** A colour map: control points (position 0..1, red, green, blue 0..1), linear between them. */
export interface Colormap {
  readonly name: string;
  readonly points: readonly (readonly [number, number, number, number])[];
}

/** Hot metal is DICOM's HOT_IRON (PS3.6 B.1.1), usual for PET. */
export const COLORMAPS: readonly Colormap[] = [
  { name: 'Grey', points: [[0, 0, 0, 0], [1, 1, 1, 1]] },
  { name: 'Inverted grey', points: [[0, 1, 1, 1], [1, 0, 0, 0]] },
  { name: 'Hot', points: [[0, 0, 0, 0], [0.375, 1, 0, 0], [0.75, 1, 1, 0], [1, 1, 1, 1]] },
  { name: 'Hot metal', points: [[0, 0, 0, 0], [0.5, 1, 0, 0], [0.75, 1, 0.5, 0], [1, 1, 1, 1]] },
  { name: 'Cool', points: [[0, 0, 0, 0], [0.4, 0, 0.2, 0.8], [0.75, 0, 0.8, 1], [1, 1, 1, 1]] },
  { name: 'Rainbow', points: [[0, 0, 0, 0.55], [0.25, 0, 0.6, 1], [0.5, 0, 0.9, 0.2], [0.75, 1, 0.9, 0], [1, 0.9, 0, 0]] },
  { name: 'Green', points: [[0, 0, 0, 0], [0.6, 0, 0.85, 0.25], [1, 0.85, 1, 0.85]] },
]; // biome-ignore format: a table

/** The colour at `position` (clamped to 0..1), components 0..1. */
export function colorAt(map: Colormap, position: number): [number, number, number] {
  const p = Math.max(0, Math.min(1, position));
  let i = 1;
  while (i < map.points.length - 1 && map.points[i][0] < p) i++;
  const [x0, r0, g0, b0] = map.points[i - 1];
  const [x1, r1, g1, b1] = map.points[i];
  const t = (p - x0) / (x1 - x0);
  return [r0 + t * (r1 - r0), g0 + t * (g1 - g0), b0 + t * (b1 - b0)];
}

export function colormapByName(name: string): Colormap {
  return COLORMAPS.find((map) => map.name === name) ?? COLORMAPS[0];
}
