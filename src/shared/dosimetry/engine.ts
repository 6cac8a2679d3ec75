import type { AbortSignalLike } from '../contract/errors.ts';
import type { Mat4 } from '../geometry/affine.ts';
import type { Volume } from '../geometry/volume.ts';
import type { Beam } from '../model/plan.ts';
import type { Machine } from './machine/machine.ts';

/** What the beams of a computation share; plain data, so that it crosses to a worker by structured clone. */
export interface DoseProblem {
  /** Mass density in g/cm³ on the dose grid, 0 outside the patient. The dose has the same grid. */
  readonly density: Volume<Float32Array>;
  /** LPS → IEC fixed at couch 0 for the patient's position (geometry/iec iecFromPatient). */
  readonly iecFromLps: Mat4;
  readonly settings: DoseSettings;
}

export interface DoseSettings {
  /** Number of collapsed-cone directions (a set the engine knows; see docs/DOSIMETRY.md). */
  readonly directions: number;
  /** Gantry angles of an arc within less than this (degrees) are superposed together (beam/sectors.ts); 0 for each by itself. */
  readonly arcSector?: number;
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
  /** What ran the innermost loops, e.g. "wasm simd", "typescript", "webgpu": it goes into the dose's provenance. */
  readonly implementation: string;
  /** Widest gantry angle that one superposition of an arc stood for, degrees; absent where every segment had its own. */
  readonly arcSector?: number;
  /** Why this dose may not stand for the final one; empty when it may. It is labelled so everywhere. */
  readonly approximations: readonly string[];
  readonly warnings: readonly string[];
}

/** One interface, several engines, here or in workers: prepare once for a patient and grid, compute beam by beam, again and again. */
export interface DoseEngine {
  readonly name: string;
  readonly version: string;
  /** Beams that are best asked for beside each other (workers); one after the other unless given. */
  readonly beamsAtOnce?: number;
  /**
   * Takes in what all beams share; the arrays must not change from then on.
   * @throws IsocenterError for a problem or settings the engine cannot take.
   */
  prepare(problem: DoseProblem, options?: ComputeOptions): Promise<PreparedDose>;
}

export interface PreparedDose {
  /**
   * The dose of one beam. Async so that a worker can take cancel messages between steps.
   * @throws IsocenterError naming the beam; CANCELLED by the signal.
   */
  compute(beam: Beam, machine: Machine, options?: ComputeOptions): Promise<BeamDoseResult>;
  /** Absent where a beam is only computed whole. */
  readonly parts?: BeamParts;
}

/** A piece of a beam's computation, plain data; what is in it is the affair of the engine that made it. */
export interface DosePart {
  readonly kind: string;
  /** Parts with the same number share work that whoever does one of them keeps for the next. */
  readonly group: number;
}

/** Does parts somewhere: here one after the other, or in workers beside each other. */
export interface PartRunner {
  /** Parts to ask for at a time, so that none of its workers waits. */
  readonly atOnce: number;
  /** Whether all cones of a sector are best left together: on a device that does them beside each other by itself. */
  readonly conesTogether?: boolean;
  run(part: DosePart, options: ComputeOptions): Promise<readonly Float32Array[]>;
}

/** How the beams of an engine fall into parts. How many runners there are never changes the dose, not even by rounding. */
interface BeamParts {
  /** As PreparedDose.compute, with the parts done by `runner`. */
  compute(runner: PartRunner, beam: Beam, machine: Machine, options?: ComputeOptions): Promise<BeamDoseResult>;
  /** Does one part here. Work that the parts share is kept until `rest`. */
  perform(part: DosePart, options?: ComputeOptions): Promise<readonly Float32Array[]>;
  /** Frees what was kept for further parts of the same beam. */
  rest(): void;
}

/** Both steps for a single beam. */
export async function beamDose(
  engine: DoseEngine,
  problem: DoseProblem,
  beam: Beam,
  machine: Machine,
  options: ComputeOptions = {},
): Promise<BeamDoseResult> {
  const prepared = await engine.prepare(problem, options);
  return await prepared.compute(beam, machine, options);
}
