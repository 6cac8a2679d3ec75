import type { Tone } from '../model.ts';

/** Points. */
export const MARGIN = 42;
export const BODY = 8.5;
export const LINE = 1.35;
export const HEAD = 54;
export const FOOT = 30;

export type Color = [number, number, number];
export const INK: Color = [20, 24, 30];
export const QUIET: Color = [95, 103, 114];
export const RULE: Color = [190, 196, 204];
export const SHADE: Color = [240, 243, 246];

export const TONES: Readonly<Record<Tone, Color>> = {
  plain: INK,
  strong: INK,
  quiet: QUIET,
  good: [10, 110, 50],
  warning: [150, 90, 0],
  bad: [180, 20, 20],
};
export const isBold = (tone: Tone): boolean => tone === 'strong' || tone === 'bad';
