import type { AbortSignalLike } from '../contract/errors.ts';
import type { Mat4 } from '../geometry/affine.ts';
import type { Volume } from '../geometry/volume.ts';
import type { Beam } from '../model/plan.ts';
import type { Machine } from './machine.ts';

/** Everything a dose engine needs for one beam; plain data, so that it crosses to a worker by structured clone. */
export interface BeamDoseInput {
  /** Mass density in g/cm³ on the dose grid, 0 outside the patient. The dose has the same grid. */
  readonly density: Volume<Float32Array>;
  readonly beam: Beam;
  readonly machine: Machine;
  /** LPS → IEC fixed at couch 0 for the patient's position (geometry/iec iecFromPatient). */
  readonly iecFromLps: Mat4;
  readonly settings: DoseSettings;
}

export interface DoseSettings {
  /** Number of collapsed-cone directions (a set the engine knows; see docs/DOSIMETRY.md). */
  readonly directions: number;
  /** Report Gy·cm² ×1e12 per unit axial surface fluence instead of Gy per MU (machines REF_*). */
  readonly perFluence: boolean;
}

export interface ComputeOptions {
  readonly signal?: AbortSignalLike;
  /** 0..1; called a few times per second at most. */
  readonly onProgress?: (fraction: number) => void;
  /** Lets a worker take its messages (a cancel) between steps; pure code has no macrotask of its own to wait for. */
  readonly yieldNow?: () => Promise<void>;
}

export interface BeamDoseResult {
  /** Gy per MU (or per fluence, see settings), on the grid of `density`, x fastest. */
  readonly dose: Float32Array;
  readonly warnings: readonly string[];
}

/** One interface, several engines: collapsed cone today; pencil beam and Monte Carlo behind the same door. */
export interface DoseEngine {
  readonly name: string;
  readonly version: string;
  /** Async so that a worker can take cancel messages between steps. */
  computeBeam(input: BeamDoseInput, options?: ComputeOptions): Promise<BeamDoseResult>;
}
