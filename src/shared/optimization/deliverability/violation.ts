/** Every limit that is judged. */
export type Limit =
  | 'machine'
  | 'device'
  | 'wedge'
  | 'position'
  | 'beam-type'
  | 'control-points'
  | 'meterset'
  | 'meterset-order'
  | 'segment-meterset'
  | 'meterset-per-degree'
  | 'dose-rate'
  | 'angle'
  | 'gantry-direction'
  | 'gantry-stop'
  | 'gantry-speed'
  | 'gantry-slow'
  | 'collimator-speed'
  | 'couch-speed'
  | 'couch-travel'
  | 'jaw-range'
  | 'jaws-crossed'
  | 'jaw-speed'
  | 'leaf-range'
  | 'leaf-gap'
  | 'leaf-span'
  | 'interdigitation'
  | 'leaf-speed'
  | 'leaf-acceleration';

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

/** A number for people: no more digits than tell it from its limit. */
export const figure = (value: number): string => String(Math.round(value * 100) / 100 + 0);
