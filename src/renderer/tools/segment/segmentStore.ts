import { create } from 'zustand';
import type { Scribble } from '#shared/segmentation/scribbles.ts';
import type { MergeMode } from '#renderer/compute/segmentation/base.ts';

export interface SegmentSettings {
  /** Values looked for, in the planning image's unit. */
  readonly low: number;
  readonly high: number;
  /** Whether values in the range are coloured on the planes. */
  readonly preview: boolean;
  /** ROI that finds stay within; null for the whole image. */
  readonly within: number | null;
  readonly merge: MergeMode;
  /** Growing from a click learns its range instead of taking low and high. */
  readonly learn: boolean;
  readonly scribbles: readonly Scribble[];
  readonly label: Scribble['label'];
  /** Half width of a scribble, mm. */
  readonly scribbleRadius: number;
  /** How far beyond the scribbles is looked, mm. */
  readonly margin: number;
}

/** View state of segmenting: what is looked for and where. Not undoable. */
export const useSegment = create<SegmentSettings>(() => ({
  low: 150,
  high: 3000,
  preview: false,
  within: null,
  merge: 'replace',
  learn: true,
  scribbles: [],
  label: 'object',
  scribbleRadius: 2,
  margin: 20,
}));

/** What belongs to a patient goes with it. */
export const forgetSegment = (): void => useSegment.setState({ preview: false, within: null, scribbles: [] });
