/**
 * A plane of four interleaved values on square nodes of the isocenter plane: node (i, j) at values[4 · (i + width · j)], read and
 * written bilinearly. Each value is the fluence under a Gaussian of its own, a product of error functions along x and y.
 */
export interface Plane {
  /** mm: of the first node, along x and y. */
  readonly from: readonly [number, number];
  readonly pitch: number;
  readonly width: number;
  readonly height: number;
  readonly x: Axis;
  readonly y: Axis;
}

/** Along one axis: what a bixel gives a node, by node − nodes · bixel. */
export interface Axis {
  /** Nodes from one bixel to the next. */
  readonly nodes: number;
  /** Node at the first bixel's middle. */
  readonly middle: number;
  /** Furthest node from a bixel's middle that gets something. */
  readonly reach: number;
  /** Four Gaussians a node: at 4 · (distance in nodes + reach). */
  readonly profile: Float32Array;
}

/** Voxels of one beam in the order in which they are visited, the bixels' lattice, and the two planes between them. */
export interface FluenceProblem {
  /** Place on the isocenter plane, mm. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Row of the dose. */
  readonly row: Uint32Array;
  /** Eight a voxel: the first four weigh the narrow plane's values, the last four the wide plane's. */
  readonly weights: Float32Array;
  readonly rows: number;
  /** Columns and rows of bixels. */
  readonly lattice: readonly [number, number];
  /** Where it ends, nothing is. */
  readonly narrow: Plane;
  /** Every voxel lies on it. */
  readonly wide: Plane;
}

/**
 * The loops in which a fluence becomes dose and a gradient on dose one on fluence. A run owns both arrays, in whatever memory its code works
 * on: they must be asked for anew after another run began.
 */
export interface FluenceRun {
  /** By bixel, x fastest. */
  readonly fluence: Float32Array;
  /** By row. */
  readonly doses: Float32Array;
  /** Spreads the fluence over the planes; doses[row] += Σ weights · planes at the voxel's place. */
  gather(): void;
  /** Overwrites the fluence with the transpose of `gather` applied to the doses. */
  scatter(): void;
}

export interface FluenceKernel {
  readonly name: string;
  readonly begin: (problem: FluenceProblem) => FluenceRun;
}
