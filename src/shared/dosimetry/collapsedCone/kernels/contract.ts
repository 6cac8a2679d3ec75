import type { Vec3 } from '../../../geometry/vec.ts';

/** One beam's superposition. Lengths cm in the grid's own axes; the centre of voxel (0,0,0) is the origin; index = i + n0·(j + n1·k). */
export interface SweepProblem {
  readonly dims: Vec3;
  readonly spacing: Vec3;
  /** Mass density, g/cm³; 0 = vacuum, through which energy passes. */
  readonly density: Float32Array;
  /** Energy released per mass; its unit is the dose's unit. Below zero in places beside sharp edges (beam/fluenceMap.ts centreFluence). */
  readonly terma: Float32Array;
  /** Fractional index into the depth nodes of the cone table (coneTable.ts). */
  readonly hardening: Float32Array;
  /** Size of the TERMA up to which four neighbours may share one look-up: see SuperpositionKernel. */
  readonly minorTerma: number;
  /** Where the photons come from. */
  readonly source: Vec3;
}

export interface SweepCone {
  /** Unit vector of energy transport. */
  readonly direction: Vec3;
  /** ConeTable coefficients. */
  readonly coefficients: Float32Array;
}

/**
 * A way to compute one collapsed cone through the whole grid (Ahnesjö, Med. Phys. 16 (1989) 577, with a sum of exponentials):
 * parallel lines, one through every voxel of the entry faces, cross each plane in the nearest voxel. Planes are normal to the axis
 * along which the direction crosses most voxels (stepping.ts). Along a line, the energy R_i carried with rate a_i meets a voxel of
 * x = ρ·l g/cm² with TERMA T:
 *   dose += Σ R_i a_i g_i + T A_i (1 − g_i),   R_i ← R_i − R_i q_i + T A_i x g_i,   q_i = 1 − exp(−a_i x), g_i = q_i/(a_i x),
 * A_i being the cone's coefficient at the angle between the cone and the local photon direction. Energy is conserved exactly.
 *
 * Four voxels of a row (GROUP, aligned) that all release no more than `minorTerma` in size take the coefficients of their common centre and of
 * the hardest spectrum among them: away from the field, where only what jaws and leaves let through is released.
 */
export interface SuperpositionKernel {
  readonly name: string;
  /** Takes in a problem, whose arrays must not change until the run is over. */
  begin(problem: SweepProblem): SweepRun;
}

export interface SweepRun {
  /**
   * Adds the dose of one cone. Cones that share a sweep axis are best given one after the other. A kernel on another device may ask to
   * be waited for before the next one.
   */
  sweep(cone: SweepCone): void | Promise<void>;
  /**
   * The dose of the cones since the run began or was last finished, laid out as the density; the caller may keep it. A kernel on another
   * device gives it when that is ready. After it the run may go on with further cones, from no dose.
   */
  finish(): Float32Array | Promise<Float32Array>;
  /** Frees what the run holds on another device; nothing may be asked of the run from then on. */
  end?(): void;
}

/** Voxels of a row that may share a look-up. */
export const GROUP = 4;

/** A run of a kernel that works on plain arrays. */
export function plainRun(
  problem: SweepProblem,
  sweep: (problem: SweepProblem, cone: SweepCone, dose: Float32Array) => void,
): SweepRun {
  const none = (): Float32Array => new Float32Array(problem.density.length);
  let dose = none();
  return {
    sweep: (cone) => sweep(problem, cone, dose),
    finish: () => {
      const swept = dose;
      dose = none();
      return swept;
    },
  };
}
