type Limit =
  | 'machine'
  | 'device'
  | 'position'
  | 'jaw-range'
  | 'jaws-crossed'
  | 'leaf-range'
  | 'leaf-gap'
  | 'leaf-span'
  | 'interdigitation'
  | 'angle'
  | 'gantry-direction'
  | 'meterset'
  | 'meterset-order'
  | 'dose-rate'
  | 'leaf-speed'
  | 'gantry-speed';

/** A limit of the machine, or of sense, that a beam does not keep. */
export interface Violation {
  readonly beam: number;
  /** Index of the control point (of the one that ends a movement); absent for what concerns the whole beam. */
  readonly controlPoint?: number;
  readonly limit: Limit;
  /** For people, with the number, its limit and their unit. */
  readonly message: string;
}

/** Notes a violation at a control point. */
export type Report = (limit: Limit, message: string, controlPoint?: number) => void;

/** Positions and angles in plans are rounded: mm, degrees. */
export const ROUNDING = 0.01;
