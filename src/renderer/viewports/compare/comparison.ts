/** How the second image is shown against the first. */
export type CompareMode = 'blend' | 'checkerboard' | 'spyglass' | 'difference' | 'edges' | 'side';

export interface Comparison {
  readonly mode: CompareMode;
  /** Edge of a checkerboard's tile, mm. */
  readonly tile: number;
  /** Radius of the spyglass, CSS pixels. */
  readonly lens: number;
  /** Difference that is shown at full colour, in window widths. */
  readonly span: number;
  /** Gradient, in window widths a mm, from which an edge of the second image is drawn. */
  readonly edge: number;
}

export const BLEND: Comparison = { mode: 'blend', tile: 30, lens: 90, span: 0.5, edge: 0.06 };

export const COMPARE_MODES: readonly { readonly mode: CompareMode; readonly name: string; readonly hint: string }[] = [
  { mode: 'blend', name: 'Blend', hint: 'The second image over the first, as strong as its opacity' },
  { mode: 'checkerboard', name: 'Checkerboard', hint: 'First and second image in turn: follow edges across the tiles' },
  { mode: 'spyglass', name: 'Spyglass', hint: 'The second image in a round lens under the pointer' },
  {
    mode: 'difference',
    name: 'Difference',
    hint: 'Second minus first; red where the second is brighter. Same modality only',
  },
  { mode: 'edges', name: 'Edges', hint: 'Edges of the second image over the first' },
  { mode: 'side', name: 'Side by side', hint: 'The second image beside the first, with a linked cursor' },
];
