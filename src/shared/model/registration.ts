import type { Mat4 } from '../geometry/affine.ts';

/** A rigid spatial registration: `matrix` maps LPS mm of `movingFrame` to LPS mm of `fixedFrame`. */
export interface Registration {
  readonly sopInstanceUid: string;
  readonly fixedFrame: string;
  readonly movingFrame: string;
  readonly matrix: Mat4;
  readonly label: string;
}
