/** How millimetres of the isocenter plane (x right, y up) lie on a canvas, CSS pixels. */
export interface Placement {
  /** CSS pixels per mm. */
  readonly scale: number;
  /** Canvas position of the beam's axis. */
  readonly left: number;
  readonly top: number;
}

/** A view as the user set it: mm at the middle of the canvas, and how many mm fit from there to the nearest edge. */
export interface Look {
  readonly middle: readonly [x: number, y: number];
  readonly reach: number;
}

/** Smallest and largest reach, mm. */
const [NEAR, FAR] = [10, 600];

export function placementOf({ middle, reach }: Look, width: number, height: number): Placement {
  const scale = Math.min(width, height) / (2 * reach);
  return { scale, left: width / 2 - middle[0] * scale, top: height / 2 + middle[1] * scale };
}

export const toCanvas = ({ scale, left, top }: Placement, x: number, y: number): [number, number] => [
  left + x * scale,
  top - y * scale,
];

export const fromCanvas = ({ scale, left, top }: Placement, x: number, y: number): [number, number] => [
  (x - left) / scale,
  (top - y) / scale,
];

/** Moved by pixels of a drag. */
export const panned = ({ middle, reach }: Look, { scale }: Placement, dx: number, dy: number): Look => ({
  middle: [middle[0] - dx / scale, middle[1] + dy / scale],
  reach,
});

/** Magnified about the place that lies under the cursor, `x`, `y` mm. */
export function zoomed({ middle, reach }: Look, factor: number, x: number, y: number): Look {
  const next = Math.min(FAR, Math.max(NEAR, reach / factor));
  const kept = next / reach;
  return { middle: [x + (middle[0] - x) * kept, y + (middle[1] - y) * kept], reach: next };
}
