/**
 * A plane of four interleaved values on square nodes of the isocenter plane: node (i, j) at values[4 · (i + width · j)], read and
 * written bilinearly.
 */
export interface Plane {
  /** mm: of the first node, along x and y. */
  readonly from: readonly [number, number];
  readonly pitch: number;
  readonly width: number;
  readonly height: number;
}

/** Voxels of one beam in the order in which they are visited, and the two planes they look at. */
export interface FluenceProblem {
  /** Place on the isocenter plane, mm. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Row of the dose. */
  readonly row: Uint32Array;
  /** Eight a voxel: the first four weigh the narrow plane's values, the last four the wide plane's. */
  readonly weights: Float32Array;
  readonly rows: number;
  /** Where it ends, nothing is. */
  readonly narrow: Plane;
  /** Every voxel lies on it. */
  readonly wide: Plane;
}

/**
 * The two loops over voxels in which a fluence becomes dose and a gradient on dose one on fluence. `narrow` and `wide` are the planes'
 * values; a run owns them and its doses, in whatever memory its code works on.
 */
export interface FluenceRun {
  readonly narrow: Float32Array;
  readonly wide: Float32Array;
  /** By row. */
  readonly doses: Float32Array;
  /** doses[row] += Σ weights · planes at the voxel's place. */
  gather(): void;
  /** planes += weights · doses[row], shared out to the nodes around the voxel's place: the transpose of `gather`. */
  scatter(): void;
}

export interface FluenceKernel {
  readonly name: string;
  readonly begin: (problem: FluenceProblem) => FluenceRun;
}
