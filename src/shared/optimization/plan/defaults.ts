import type { SequencingMethod } from '../sequencing/sequenceField.ts';

/** What page and command line take where nothing else is said: the same inputs are to give the same plan in both. */

/** Most segments of a field, step and shoot. */
export const SEGMENTS = 10;
/** Most control points of a field that is a sliding window. */
const WINDOW_POINTS = 60;
/** What a segment must have to be worth its delivery: MU, cm². */
const LEAST_SEGMENT = { minimumMu: 2, minimumArea: 4 };
/** Degrees between control points of an arc. */
export const ARC_SPACING = 4;
/** Iterations that lower the objective by less than this share end a fluence map that is no start for anything. */
export const FLUENCE_ALONE_FALL = 3e-4;

/** @param most segments of a field, or control points of a sliding window. */
export const sequencingMethod = (method: SequencingMethod['method'], most?: number): SequencingMethod =>
  method === 'sliding-window'
    ? { method, controlPoints: most ?? WINDOW_POINTS, synchronised: true }
    : { method, segments: most ?? SEGMENTS, ...LEAST_SEGMENT };
